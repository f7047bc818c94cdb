using System.Globalization;
using System.Net.Sockets;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Load;

/// <summary>
/// The same messages to our milter, to opendkim and opendmarc one after the other, and to rspamd, which ask the same name server on loopback:
/// the processor time that each takes, and how long a message waits for its answer.
/// </summary>
/// <remarks><c>load [--milter PROGRAM]... [--rows NAME,NAME] [--ours]</c>; several programs are builds of ours that are compared.</remarks>
internal static class LoadCommand
{
    private const int Domains = 10_000;
    private const int MessageBytes = 10 * 1024;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var milters = new List<string>();
        var (names, isOurs) = ("hot,zipf,open,openzipf,new,memory", false);
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--milter" when i + 1 < arguments.Length:
                    milters.Add(arguments[++i]);
                    break;
                case "--rows" when i + 1 < arguments.Length:
                    names = arguments[++i];
                    break;
                case "--ours":
                    isOurs = true;
                    break;
                default:
                    Console.Error.WriteLine("load [--milter PROGRAM]... [--rows hot,zipf,open,openzipf,new,memory] [--ours]");
                    return 64;
            }
        }

        if (NsdServer.Program is null)
        {
            Console.WriteLine("nsd is not installed.");
            return 1;
        }

        var contestants = Contestants(milters.Count > 0 ? milters : [Path.Combine(AppContext.BaseDirectory, "EmailAuth.Milter.dll")], isOurs);
        var mail = await DomainMail.MakeAsync(Domains, MessageBytes).ConfigureAwait(false);
        await using var server = await NsdServer.StartAsync(mail.Zone, CancellationToken.None).ConfigureAwait(false);
        Console.WriteLine($"{Machine.Description}\n{Machine.Load}\n");
        var chosen = names.Split(',');
        var table = new Table("load", "milter", "processor time, us/message", "of ours", "median wait, ms", "99 %, ms");
        foreach (var row in LoadRow.All(Domains).Where(row => chosen.Contains(row.Name)))
        {
            await MeasureAsync(row, contestants, mail, server, table).ConfigureAwait(false);
        }

        if (table.Rows > 0)
        {
            table.Write(Console.Out);
        }

        if (chosen.Contains(LoadMemory.Name))
        {
            await MeasureMemoryAsync(contestants, mail, server).ConfigureAwait(false);
        }

        return 0;
    }

    private static LoadContestant[] Contestants(List<string> milters, bool isOurs)
    {
        var all = milters.Select(path => new LoadContestant
        {
            Name = milters.Count == 1 ? "emailauth" : "emailauth " + path,
            StartAsync = dns => LoadPrograms.StartOursAsync(path, dns),
            IsOurs = true,
        }).ToList();
        if (!isOurs)
        {
            all.AddRange(LoadContestant.Peers().Where(static peer => LoadPrograms.Find(peer.Name) is not null));
        }

        return [.. all];
    }

    private static async Task MeasureMemoryAsync(LoadContestant[] contestants, DomainMail mail, NsdServer server)
    {
        var table = LoadMemory.NewTable();
        using var dns = DelayedDns.Start("127.0.0.77", server.EndPoint, TimeSpan.Zero);
        foreach (var contestant in contestants)
        {
            await using var daemon = await contestant.StartAsync(dns.EndPoint).ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"{LoadMemory.Name}: {contestant.Name}").ConfigureAwait(false);
            await LoadMemory.MeasureAsync(contestant, mail, daemon, table).ConfigureAwait(false);
        }

        Console.WriteLine();
        table.Write(Console.Out);
    }

    private static async Task MeasureAsync(LoadRow row, LoadContestant[] contestants, DomainMail mail, NsdServer server, Table table)
    {
        var (ours, pair) = (0.0, 0.0);
        using var dns = DelayedDns.Start("127.0.0.77", server.EndPoint, row.Delay);
        foreach (var contestant in contestants)
        {
            await using var daemon = await contestant.StartAsync(dns.EndPoint).ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"{row.Name}: {contestant.Name}").ConfigureAwait(false);
            LoadRun.Result result;
            try
            {
                result = await LoadRun.MeasureAsync(daemon, row, contestant.MessagesOf(mail)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is InvalidOperationException or SocketException)
            {
                // A load that is too much for it, which makes it refuse or close connections, says nothing of the others.
                await Console.Error.WriteLineAsync($"{row.Name}: {contestant.Name}: {e.Message}").ConfigureAwait(false);
                table.Add(row.Text, contestant.Name, "failed", "-", "-", "-");
                pair = contestant.IsOfPair ? double.NaN : pair; // no sum of one alone
                continue;
            }

            ours = ours == 0 ? result.Microseconds : ours;
            pair += contestant.IsOfPair ? result.Microseconds : 0;
            table.Add(row.Text, contestant.Name, Text(result.Microseconds, "0"), Text(result.Microseconds / ours, "0.0"), Text(result.Median, "0.00"), Text(result.Late, "0.0"));
        }

        if (pair > 0)
        {
            table.Add(row.Text, "opendkim + opendmarc", Text(pair, "0"), Text(pair / ours, "0.0"), "-", "-");
        }
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
