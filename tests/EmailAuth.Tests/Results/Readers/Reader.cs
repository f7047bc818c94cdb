using System.Diagnostics;
using System.Text.Json;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Tests.Results.Readers;

/// <summary>A program of others that reads Authentication-Results fields: one process for all, a JSON text a line in, an answer a line out.</summary>
internal sealed record Reader(string Program, string Script, string Probe, string Package)
{
    private static readonly JsonSerializerOptions LowerCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Reader SpamAssassin { get; } = new("/usr/bin/perl", "spamassassin_read.pl", "use Mail::SpamAssassin::Plugin::AuthRes; use JSON;", "spamassassin");

    public static Reader PythonAuthres { get; } = new("/usr/bin/python3", "authres_read.py", "import authres", "python3-authres");

    public static Reader PerlAuthenticationResults { get; } =
        new("/usr/bin/perl", "authentication_results_read.pl", "use Mail::AuthenticationResults::Parser; use JSON;", "libmail-authenticationresults-perl");

    public bool IsInstalled
    {
        get
        {
            if (!File.Exists(Program))
            {
                return false;
            }

            using var probe = Process.Start(new ProcessStartInfo(Program, [Program.EndsWith("perl", StringComparison.Ordinal) ? "-e" : "-c", Probe]) { RedirectStandardError = true, UseShellExecute = false });
            probe!.StandardError.ReadToEnd();
            probe.WaitForExit();
            return probe.ExitCode == 0;
        }
    }

    public async Task<List<Answer>> ReadAsync<T>(IEnumerable<T> questions)
    {
        var start = new ProcessStartInfo(Program, [Repository.PathOf("tests", "EmailAuth.Tests", "Results", "Readers", Script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var complaints = process.StandardError.ReadToEndAsync();
        var writing = Task.Run(async () =>
        {
            foreach (var question in questions)
            {
                await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question));
            }

            process.StandardInput.Close();
        });
        var answers = new List<Answer>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            answers.Add(JsonSerializer.Deserialize<Answer>(line, LowerCase)!);
        }

        await writing;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? answers : throw new InvalidOperationException(await complaints);
    }

    internal sealed record Answer(string? Id, IReadOnlyList<string> Results, string? Error);
}
