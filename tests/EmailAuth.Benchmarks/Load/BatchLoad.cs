using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Benchmarks.Load;

/// <summary>What a line of <c>emailauth batch</c> costs with a zone file: one domain, and as many domains as the mail has, in turn.</summary>
/// <remarks><c>batch PROGRAM...</c>; each program is a build of the command, and has its turn in each round.</remarks>
internal static class BatchLoad
{
    private const int Domains = 10_000;
    private const int Lines = 50_000;
    private const int MessageBytes = 2 * 1024;
    private const int Rounds = 3;

    public static async Task<int> RunAsync(string[] programs)
    {
        if (programs.Length == 0)
        {
            await Console.Error.WriteLineAsync("batch PROGRAM...").ConfigureAwait(false);
            return 64;
        }

        var mail = await DomainMail.MakeAsync(Domains, MessageBytes).ConfigureAwait(false);
        var folder = Directory.CreateTempSubdirectory("emailauth-batch-");
        var zone = Path.Combine(folder.FullName, "zone.json");
        await File.WriteAllTextAsync(zone, mail.Zone.ToJson()).ConfigureAwait(false);
        Console.WriteLine($"{Machine.Description}\n{Machine.Load}\n");
        var table = new Table("2 KB lines, --jobs 1", "program", "processor time, us/line", "without reading the zone, us/line");
        foreach (var domains in (int[])[1, Domains])
        {
            var input = Path.Combine(folder.FullName, "lines.jsonl");
            await File.WriteAllLinesAsync(input, Enumerable.Range(0, Lines).Select(i => Line(mail, i % domains))).ConfigureAwait(false);
            var used = programs.ToDictionary(static program => program, static _ => new List<(double All, double Start)>());
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var program in programs)
                {
                    used[program].Add((await MeasureAsync(program, zone, input).ConfigureAwait(false), await MeasureAsync(program, zone, "/dev/null").ConfigureAwait(false)));
                }
            }

            foreach (var (program, rounds) in used)
            {
                var all = rounds.Select(static round => round.All).Order().ElementAt(Rounds / 2);
                var start = rounds.Select(static round => round.Start).Order().ElementAt(Rounds / 2);
                table.Add($"{domains:N0} domains", program, Text(all / Lines), Text((all - start) / Lines));
            }
        }

        table.Write(Console.Out);
        folder.Delete(recursive: true);
        return 0;
    }

    private static string Line(DomainMail mail, int number) =>
        $$$"""{"id":"{{{number}}}","input":{"ip":"{{{DomainMail.Client}}}","helo":"{{{DomainMail.ClientName}}}","mail_from":"bounce@{{{DomainMail.DomainOf(number)}}}","message_b64":"{{{Convert.ToBase64String(mail.Message(number))}}}"}}""";

    // The shell says what a program that has ended took.
    private static async Task<double> MeasureAsync(string program, string zone, string input)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-c", $"TIMEFORMAT='%U %S'; time '{program}' batch --jobs 1 --zone '{zone}' < '{input}' > /dev/null"]) { RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var times = await process.StandardError.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return times.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Sum(static text => double.Parse(text, CultureInfo.InvariantCulture)) * 1e6;
    }

    private static string Text(double microseconds) => microseconds.ToString("0", CultureInfo.InvariantCulture);
}
