namespace EmailAuth.Fuzz.Support;

/// <summary>A promise that an input broke.</summary>
internal sealed class FindingException(string message, Exception? cause = null) : Exception(message, cause)
{
    public static void ThrowIf(bool broken, string message)
    {
        if (broken)
        {
            throw new FindingException(message);
        }
    }
}
