using System.Diagnostics;
using EmailAuth.Fuzz.Support;

namespace EmailAuth.Fuzz.Differential;

/// <summary>
/// Cases, mutated ones among them, judged here and by other verifiers, and fields read by the programs of others; every difference is explained by a
/// section or is a finding.
/// </summary>
internal static class DifferentialRun
{
    /// <returns>0; 1 when a difference is not explained, 2 when the other verifiers are not installed.</returns>
    public static int Run(TimeSpan time, int seed)
    {
        if (!PythonPeer.Knows("spf", "dkim", "nacl"))
        {
            Console.Error.WriteLine("pyspf, dkimpy or pynacl is not installed (Debian: python3-spf, python3-dkim, python3-nacl)");
            return 2;
        }

        if (ReadersDifferential.Absent is { Count: > 0 } absent)
        {
            Console.Error.WriteLine(string.Join('\n', absent));
            return 2;
        }

        Console.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var pyspf = new PythonPeer(TestData.InProject("tests", "EmailAuth.Tests", "Spf", "pyspf_check.py"));
        using var dkimpy = new PythonPeer(TestData.InProject("tests", "EmailAuth.Fuzz", "Differential", "dkim_check.py"));
        (string Name, Func<IEnumerable<Comparison>> Compare)[] peers =
        [
            ("pyspf", () => SpfDifferential.Compare(pyspf, random)),
            ("dkimpy", () => DkimDifferential.Compare(dkimpy, random)),
            ("readers of From", () => ReadersDifferential.Authors(random)),
            ("readers of our results", () => ReadersDifferential.Results(random)),
            ("readers of forged results", () => ReadersDifferential.Forged(random)),
        ];
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (findings, clock) = (0, Stopwatch.StartNew());
        for (var turn = 0; clock.Elapsed < time; turn = (turn + 1) % peers.Length)
        {
            foreach (var comparison in peers[turn].Compare())
            {
                var what = $"{peers[turn].Name}: {comparison.Difference ?? "agrees"}";
                counts[what] = counts.GetValueOrDefault(what) + 1;
                if (comparison.Difference?.Length == 0 && findings++ < 20)
                {
                    Console.WriteLine($"{peers[turn].Name} differs:\n{comparison.Case()}\n");
                }
            }
        }

        foreach (var (what, count) in counts)
        {
            Console.WriteLine($"{count} {what}");
        }

        Console.WriteLine($"{findings} unexplained differences");
        return findings == 0 ? 0 : 1;
    }
}
