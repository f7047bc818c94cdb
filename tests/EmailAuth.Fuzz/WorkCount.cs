using System.Globalization;

namespace EmailAuth.Fuzz;

/// <summary>
/// Counts the branches that an input makes the library take and the bytes it allocates, exactly, and makes inputs longer by repeating
/// pieces of them: where both doublings of the length multiply the work by much more than two, the work is not linear.
/// </summary>
internal static class WorkCount
{
    // Quadratic work has 4. Lists and tables that grow by doubling, and work that begins past some length, stay below for one step of the two.
    private const double MostGrowth = 2.7;

    private const long Unremarkable = 20_000;

    private static long _branches;

    /// <summary>Checks the kept inputs of the targets.</summary>
    /// <param name="mostInputs">How many inputs of a target are taken, evenly spread over its corpus.</param>
    /// <param name="octets">To about how many octets a piece is repeated first; then to two and four times as many.</param>
    /// <param name="only">A target, or null for all.</param>
    /// <returns>1 when some work is not linear or nothing was counted, else 0.</returns>
    public static int Run(int mostInputs, int octets, string? only)
    {
        BranchTrace.Start(static (_, _) => _branches++);
        var findings = 0;
        foreach (var target in only is null ? FuzzTargets.All : [FuzzTargets.Named(only)])
        {
            var inputs = Corpus.Read(target.Name).Select(kept => kept.Input).ToArray();
            var step = Math.Max(1, inputs.Length / mostInputs);
            var (series, most) = (0, 0.0);
            for (var i = 0; i < inputs.Length; i += step)
            {
                foreach (var (from, length) in Pieces(inputs[i]))
                {
                    var growth = Growth(target, inputs[i], from, length, octets);
                    most = Math.Max(most, growth);
                    series++;
                    if (growth > MostGrowth)
                    {
                        findings++;
                        Console.WriteLine($"{target.Name}: doubling the repetitions of [{from}, {from + length}) in {Convert.ToBase64String(inputs[i])} multiplies the work by {growth:0.0}");
                    }
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name}: {series} series, most growth {most:0.00}"));
        }

        Console.WriteLine($"{_branches} branches, {findings} findings");
        return findings == 0 && _branches > 0 ? 0 : 1;
    }

    // The whole, its eighths, and pieces of a few bytes here and there.
    private static IEnumerable<(int From, int Length)> Pieces(byte[] input)
    {
        if (input.Length == 0)
        {
            yield break;
        }

        yield return (0, input.Length);
        var eighth = Math.Max(1, input.Length / 8);
        for (var from = 0; from + eighth <= input.Length; from += eighth)
        {
            yield return (from, eighth);
        }

        for (var length = 1; length <= 16 && length < input.Length; length = (length * 2) + 1)
        {
            for (var from = length; from + length <= input.Length; from += Math.Max(1, input.Length / 5))
            {
                yield return (from, length);
            }
        }
    }

    /// <summary>The lesser growth of two doublings of a piece's repetitions: of branches or of bytes, whichever is more. About 2 is linear.</summary>
    public static double Growth(FuzzTarget target, byte[] input, int from, int length, int octets)
    {
        // A multiple of eight, so that base64 which is well formed in one length is so in the others.
        var times = Math.Max(1, octets / length / 8) * 8;
        var growth = Growth(target, input, from, length, times, isPrepared: false);

        // A run may find the pools as a longer one left them, and allocate less than it otherwise would.
        return growth > MostGrowth ? Growth(target, input, from, length, times, isPrepared: true) : growth;
    }

    private static double Growth(FuzzTarget target, byte[] input, int from, int length, int times, bool isPrepared)
    {
        var first = Work(target, Repeated(input, from, length, times), isPrepared);
        var second = Work(target, Repeated(input, from, length, 2 * times), isPrepared);
        var third = Work(target, Repeated(input, from, length, 4 * times), isPrepared);
        return Math.Max(Ratio(first.Branches, second.Branches, third.Branches), Ratio(first.Bytes, second.Bytes, third.Bytes));
    }

    private static double Ratio(long first, long second, long third) =>
        third < Unremarkable ? 0 : Math.Min((double)second / Math.Max(1, first), (double)third / Math.Max(1, second));

    private static byte[] Repeated(byte[] input, int from, int length, int times)
    {
        var piece = input.AsSpan(from, length);
        var repeated = new byte[length * times];
        for (var i = 0; i < repeated.Length; i += length)
        {
            piece.CopyTo(repeated.AsSpan(i));
        }

        return [.. input.AsSpan(0, from), .. repeated, .. input.AsSpan(from + length)];
    }

    private static (long Branches, long Bytes) Work(FuzzTarget target, byte[] input, bool isPrepared)
    {
        if (isPrepared)
        {
            target.Run(input);
        }

        var (branches, bytes) = (_branches, GC.GetAllocatedBytesForCurrentThread());
        target.Run(input);
        return (_branches - branches, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }
}
