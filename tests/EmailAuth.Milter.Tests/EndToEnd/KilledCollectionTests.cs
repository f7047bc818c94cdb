using System.Globalization;
using EmailAuth.Milter.Tests.TestSupport;
using EmailAuth.Reports.Collection;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>The milter is killed again and again while it counts mail for aggregate reports.</summary>
public sealed class KilledCollectionTests(MailSite site) : IClassFixture<MailSite>
{
    /// <summary>Sets how often; a round takes about a second.</summary>
    private const string CountVariable = "EMAILAUTH_TEST_KILLS";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_written_is_there_once_and_only_the_end_of_what_was_not_is_lost_whenever_the_milter_is_killed()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var rounds = int.TryParse(Environment.GetEnvironmentVariable(CountVariable), CultureInfo.InvariantCulture, out var given) ? given : 20;
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var folder = site.NewFolder("journal");
        await site.ReloadAsync($$"""
            "Reports": { "Enabled": true, "JournalFolder": "{{folder}}", "FlushInterval": "20ms" }
            """);
        var (expected, sentInAll, lostInAll) = (new List<string>(), 0, 0);
        for (var round = 0; round < rounds; round++)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var sending = SendAsync(round, stop.Token);
            var enough = expected.Count + random.Next(1, 30);
            await Eventually.True(() => Read(folder).Count >= enough, () => $"seed {seed}, round {round}: {Read(folder).Count} of {enough}\n{site.Milter.Output}");
            var written = Read(folder);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 40)), Cancel);
            await site.Milter.KillAsync();
            await stop.CancelAsync();
            var sent = await sending;

            // What was there stays, each once; what follows are the next messages of the round, up to the one at which it was killed.
            var counted = Read(folder);
            Assert.Equal(written, counted.Take(written.Count));
            var ofRound = counted.Skip(expected.Count).ToList();
            Assert.Equal(sent.Take(ofRound.Count), ofRound);
            Assert.Equal(expected, counted.Take(expected.Count));
            (expected, sentInAll, lostInAll) = (counted, sentInAll + sent.Count, lostInAll + sent.Count - ofRound.Count);
            await site.StartMilterAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{rounds} kills, {sentInAll} messages, {expected.Count} counted, {lostInAll} of the last moments lost");
    }

    // Sends messages one after the other, each from an address of its own, and gives the addresses; the last may not have been answered.
    private async Task<List<string>> SendAsync(int round, CancellationToken cancellationToken)
    {
        var sent = new List<string>();
        while (!cancellationToken.IsCancellationRequested)
        {
            var client = string.Create(CultureInfo.InvariantCulture, $"198.18.{round}.{sent.Count % 250}");
            sent.Add(client);
            try
            {
                using var mta = await MtaConnection.OpenAsync(site.MilterSocket);
                await mta.SendAsync(
                    Packets.Offer(), Packets.Connect(client, "mail.reporting.example"), Packets.Helo("mail.reporting.example"), Packets.Mail("<alice@reporting.example>"),
                    Packets.Header("From", "alice@reporting.example"), Packets.EndOfHeaders, Packets.Body("Hello\r\n"), Packets.EndOfBody, Packets.Quit);
                while (await mta.ReadAsync() is not null)
                {
                }
            }
            catch (System.Net.Sockets.SocketException)
            {
                // The milter was killed.
                break;
            }
        }

        return sent;
    }

    private static List<string> Read(string folder)
    {
        var reader = new JournalReader(folder);
        return [.. reader.ListSegments().SelectMany(segment => reader.Read(segment)).Select(static entry => entry.Message.Record.SourceAddress)];
    }
}
