namespace EmailAuth.Fuzz;

/// <summary>Runs kept inputs: <c>FOLDER/TARGET/*</c>.</summary>
internal static class Replay
{
    /// <returns>1 when an input broke a promise, else 0.</returns>
    public static int Run(string folder)
    {
        var (inputs, findings) = (0, 0);
        foreach (var target in FuzzTargets.All)
        {
            var path = Path.Combine(folder, target.Name);
            foreach (var file in Directory.Exists(path) ? Directory.GetFiles(path).Order(StringComparer.Ordinal).ToArray() : [])
            {
                inputs++;
                try
                {
                    target.Run(File.ReadAllBytes(file));
                }
                catch (Exception e)
                {
                    findings++;
                    Console.WriteLine($"{target.Name} {Path.GetFileName(file)}: {e}");
                }
            }
        }

        Console.WriteLine($"{inputs} inputs, {findings} findings");
        return findings == 0 ? 0 : 1;
    }
}
