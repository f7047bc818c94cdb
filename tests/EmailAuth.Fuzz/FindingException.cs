namespace EmailAuth.Fuzz;

/// <summary>A promise that an input broke.</summary>
internal sealed class FindingException(string message) : Exception(message)
{
    public static void ThrowIf(bool broken, string message)
    {
        if (broken)
        {
            throw new FindingException(message);
        }
    }
}
