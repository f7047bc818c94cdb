using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Tests.Results.Readers;

/// <summary>
/// OpenDMARC (Debian's opendmarc) in its test mode: it takes messages from files, reads the results in their Authentication-Results fields,
/// and writes them down in its history.
/// </summary>
internal static class OpenDmarcReader
{
    /// <summary>It reads a field into 1,024 octets, its tokens one by one; of a longer one it takes nothing.</summary>
    public const int MostOctets = 900;

    private const string Program = "/usr/sbin/opendmarc";

    // It looks policies up, and has no option for that: in a network of its own there is nobody to ask.
    private const string Unshare = "/usr/bin/unshare";

    public static bool IsInstalled
    {
        get
        {
            if (!File.Exists(Program) || !File.Exists(Unshare))
            {
                return false;
            }

            using var probe = Process.Start(new ProcessStartInfo(Unshare, ["--net", "--map-root-user", "true"]) { RedirectStandardError = true, UseShellExecute = false })!;
            probe.StandardError.ReadToEnd();
            probe.WaitForExit();
            return probe.ExitCode == 0;
        }
    }

    /// <summary>What it read in each message: "dkim DOMAIN SELECTOR CODE" for each signature, and "spf CODE".</summary>
    public static async Task<List<List<string>>> ReadAsync(IReadOnlyList<string> headers)
    {
        var folder = Directory.CreateTempSubdirectory("emailauth-opendmarc-").FullName;
        try
        {
            var names = new List<string>();
            foreach (var header in headers)
            {
                names.Add(names.Count.ToString(CultureInfo.InvariantCulture));
                await File.WriteAllTextAsync(Path.Combine(folder, names[^1]), header + "From: joe@example.com\r\nSubject: x\r\n\r\nx\r\n");
            }

            // The mail comes from 127.0.0.1, which by default is not looked at.
            await File.WriteAllTextAsync(Path.Combine(folder, "ignored-hosts"), string.Empty);
            await File.WriteAllTextAsync(
                Path.Combine(folder, "configuration"),
                $"AuthservID me.example\nTrustedAuthservIDs {GeneratedOutcome.AuthservId}\nHistoryFile {folder}/history\nRecordAllMessages true\nSPFSelfValidate false\nIgnoreHosts {folder}/ignored-hosts\n");
            var start = new ProcessStartInfo(Unshare, ["--net", "--map-root-user", Program, "-c", "configuration", "-t", string.Join(',', names)])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var complaints = await process.StandardError.ReadToEndAsync();
            await output;
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? Read(await File.ReadAllLinesAsync(Path.Combine(folder, "history"))) : throw new InvalidOperationException(complaints);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<List<string>> Read(string[] history)
    {
        var messages = new List<List<string>>();
        foreach (var line in history)
        {
            if (line.StartsWith("job ", StringComparison.Ordinal))
            {
                messages.Add([]);
            }
            else if (line.StartsWith("dkim ", StringComparison.Ordinal) || line.StartsWith("spf ", StringComparison.Ordinal))
            {
                messages[^1].Add(line);
            }
        }

        return messages;
    }

    /// <summary>What it has to read of an outcome: its history names signatures by their domain.</summary>
    public static List<string> Expected(AuthenticationOutcome outcome)
    {
        var lines = new List<string>();
        foreach (var signature in outcome.Results.Where(result => result.Method == "dkim"))
        {
            if (signature.Properties.FirstOrDefault(property => property.Name == "d") is { } domain)
            {
                lines.Add($"dkim {domain.Value} {signature.Properties.FirstOrDefault(property => property.Name == "s")?.Value ?? "-"} {CodeOf(signature.Result)}");
            }
        }

        if (outcome.Results is [{ Method: "spf" } spf, ..])
        {
            lines.Add($"spf {CodeOf(spf.Result)}");
        }

        return lines;
    }

    // The codes of its ares_results.
    private static int CodeOf(string result) => result switch
    {
        "pass" => 0,
        "softfail" => 2,
        "neutral" => 3,
        "temperror" => 4,
        "permerror" => 5,
        "none" => 6,
        "fail" => 7,
        "policy" => 8,
        _ => -1,
    };
}
