using System.Diagnostics;

namespace EmailAuth.Fuzz.Differential;

/// <summary>A Python program that answers each line with a line, for as long as the run takes.</summary>
internal sealed class PythonPeer : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly Process _process;

    public PythonPeer(string script) => _process = Process.Start(
        new ProcessStartInfo(Python, ["-u", script]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;

    /// <summary>Whether Python is here, and knows modules.</summary>
    public static bool Knows(params ReadOnlySpan<string> modules)
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var probe = Process.Start(new ProcessStartInfo(Python, ["-c", $"import {string.Join(", ", modules)}"]) { RedirectStandardError = true, UseShellExecute = false })!;
        probe.WaitForExit();
        return probe.ExitCode == 0;
    }

    /// <summary>Asks all the questions and waits for all the answers.</summary>
    public List<string> Ask(IReadOnlyList<string> questions)
    {
        // Neither side's pipe holds them all.
        var asking = Task.Run(() =>
        {
            foreach (var question in questions)
            {
                _process.StandardInput.WriteLine(question);
            }

            _process.StandardInput.Flush();
        });
        var answers = new List<string>(questions.Count);
        while (answers.Count < questions.Count)
        {
            answers.Add(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The Python program has ended; its last words are above."));
        }

        asking.GetAwaiter().GetResult();
        return answers;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
