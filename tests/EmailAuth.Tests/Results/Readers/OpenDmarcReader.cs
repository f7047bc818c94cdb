using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Tests.Results.Readers;

/// <summary>
/// OpenDMARC (Debian's opendmarc) in its test mode: it takes messages from files, reads the results in their Authentication-Results fields,
/// and writes them down in its history.
/// </summary>
internal static class OpenDmarcReader
{
    private const string Program = "/usr/sbin/opendmarc";

    public static bool IsInstalled => File.Exists(Program);

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
            var start = new ProcessStartInfo(Program, ["-c", "configuration", "-t", string.Join(',', names)])
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
            else if (line.StartsWith("dkim ", StringComparison.Ordinal) || line.StartsWith("spf ", StringComparison.Ordinal) || line.StartsWith("mfrom ", StringComparison.Ordinal))
            {
                messages[^1].Add(line);
            }
        }

        return messages;
    }
}
