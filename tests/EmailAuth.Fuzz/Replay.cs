namespace EmailAuth.Fuzz;

/// <summary>Runs kept inputs and past findings.</summary>
internal static class Replay
{
    /// <returns>1 when an input broke a promise, else 0.</returns>
    public static int Run(string folder)
    {
        var (inputs, findings) = (0, 0);
        foreach (var target in FuzzTargets.All)
        {
            foreach (var (name, input) in Corpus.Read(folder, target.Name))
            {
                inputs++;
                try
                {
                    target.Run(input);
                }
                catch (Exception e)
                {
                    findings++;
                    Console.WriteLine($"{name}: {e}");
                }
            }
        }

        Console.WriteLine($"{inputs} inputs, {findings} findings");
        return findings == 0 ? 0 : 1;
    }
}
