using System.Diagnostics;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>
/// Generated cases, judged here and by pyspf (Debian's python3-spf). Every difference has to be one of those that
/// <see cref="PyspfPeer"/> names, with the section that decides for us.
/// </summary>
public class PyspfComparisonTests
{
    private static readonly int Cases = GeneratedCases.Count(6000);

    [Fact]
    public async Task Generated_cases_give_what_pyspf_gives_or_a_section_says_why_not()
    {
        Assert.SkipUnless(HasPyspf(), "python3-spf is not installed");
        var cases = GeneratedCases.Seeds(6000).Select(seed => new SpfGeneratedCase(seed)).ToList();
        var theirs = await AskPyspfAsync(cases);
        var (differences, counts) = (new List<string>(), new SortedDictionary<string, int>(StringComparer.Ordinal));
        for (var i = 0; i < cases.Count; i++)
        {
            var ours = await new SpfEvaluator(new ZoneResolver(cases[i].Zone), new SpfOptions { Receiver = "mx.example.org" })
                .EvaluateMailFromAsync(cases[i].Client, cases[i].Helo, cases[i].MailFrom, TestContext.Current.CancellationToken);
            var why = PyspfPeer.Difference(cases[i], ours, theirs[i]);
            if (why is null)
            {
                continue;
            }

            if (why.Length == 0)
            {
                differences.Add($"{cases[i]}\n  ours {ours} \"{ours.Explanation}\"\n  theirs {theirs[i]}\n{ours.Evidence}\n");
            }
            else
            {
                counts[why] = counts.GetValueOrDefault(why) + 1;
            }
        }

        // An explanation that nothing needs any more is taken out.
        Assert.All(PyspfPeer.Explained, explained => Assert.True(counts.ContainsKey(explained.Why), explained.Why));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', counts.Select(count => $"{count.Value} of {Cases}: {count.Key}")));
        Assert.True(differences.Count == 0, $"{differences.Count} unexplained differences, the first ones:\n{string.Join('\n', differences.Take(20))}");
        Assert.True(counts.Values.Sum() < Cases / 5, "most cases must agree outright, or the comparison says little");
    }

    private static bool HasPyspf()
    {
        if (!File.Exists(PyspfPeer.Python))
        {
            return false;
        }

        using var probe = Process.Start(new ProcessStartInfo(PyspfPeer.Python, ["-c", "import spf"]) { RedirectStandardError = true, UseShellExecute = false });
        probe!.WaitForExit();
        return probe.ExitCode == 0;
    }

    private static async Task<List<PyspfPeer.Answers>> AskPyspfAsync(List<SpfGeneratedCase> cases)
    {
        var start = new ProcessStartInfo(PyspfPeer.Python, [Repository.PathOf("tests", "EmailAuth.Tests", "Spf", "pyspf_check.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var writing = Task.Run(async () =>
        {
            foreach (var one in cases)
            {
                await process.StandardInput.WriteLineAsync(PyspfPeer.ToJson(one));
            }

            process.StandardInput.Close();
        });
        var answers = new List<PyspfPeer.Answers>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            answers.Add(PyspfPeer.Read(line));
        }

        await writing;
        await process.WaitForExitAsync();
        Assert.Equal(cases.Count, answers.Count);
        return answers;
    }
}
