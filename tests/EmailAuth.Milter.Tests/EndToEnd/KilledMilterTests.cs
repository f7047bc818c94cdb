using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>The milter is killed while mail pours in.</summary>
public sealed class KilledMilterTests(MailSite site) : IClassFixture<MailSite>
{
    /// <summary>Sets how many messages are sent; 5,000 take about a minute on two cores.</summary>
    private const string CountVariable = "EMAILAUTH_TEST_MESSAGES";

    private const int Kills = 3;

    // Hundreds of messages, one after the other.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_message_that_Postfix_accepted_is_delivered_once_and_annotated_even_if_the_milter_is_killed()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var count = int.TryParse(Environment.GetEnvironmentVariable(CountVariable), CultureInfo.InvariantCulture, out var given) ? given : 300;
        var connections = Math.Clamp(count / 20, 1, 50);
        var mailbox = site.NewMailbox();
        var pending = new ConcurrentQueue<int>(Enumerable.Range(0, count));
        var accepted = new ConcurrentDictionary<int, byte>();
        var refused = 0;

        var senders = Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            while (accepted.Count < count)
            {
                if (!await SendManyAsync(mailbox, pending, accepted))
                {
                    Interlocked.Increment(ref refused);
                }
            }
        })).ToList();

        // At a quarter, a half and three quarters of the way.
        for (var kill = 1; kill <= Kills; kill++)
        {
            var at = count * kill / (Kills + 1);
            await Eventually.True(() => accepted.Count >= at, () => $"{accepted.Count} of {at}\n{site.Milter.Output}", Patience);
            await site.Milter.KillAsync();
            await site.StartMilterAsync();
        }

        await Task.WhenAll(senders).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Eventually.True(
            () => site.Postfix.Messages(mailbox).Count >= count, () => $"{site.Postfix.Messages(mailbox).Count} of {count} delivered", Patience);

        var delivered = new List<int>();
        foreach (var file in site.Postfix.Messages(mailbox))
        {
            var text = await File.ReadAllTextAsync(file, Encoding.Latin1, TestContext.Current.CancellationToken);
            Assert.Contains("\nAuthentication-Results: mx.example.org;", text, StringComparison.Ordinal);
            Assert.Contains("dmarc=pass", text, StringComparison.Ordinal);
            var id = text.IndexOf("Message-ID: <", StringComparison.Ordinal) + 13;
            delivered.Add(int.Parse(text.AsSpan(id, text.IndexOf('@', id) - id), CultureInfo.InvariantCulture));
        }

        Assert.Equal(Enumerable.Range(0, count), delivered.Order());
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} messages over {connections} connections, {Kills} kills, {refused} times refused for now and sent again");
    }

    // Sends from one connection until something is refused for now; whether nothing was.
    private async Task<bool> SendManyAsync(string mailbox, ConcurrentQueue<int> pending, ConcurrentDictionary<int, byte> accepted)
    {
        int number = -1;
        try
        {
            using var smtp = await SmtpConnection.OpenAsync(site.Port, "192.0.2.1", "mail.author.example");
            while (pending.TryDequeue(out number))
            {
                var reply = await smtp.SendAsync("<alice@author.example>", $"{mailbox}@example.org", Encoding.ASCII.GetBytes(
                    $"From: alice@author.example\r\nTo: box@example.org\r\nSubject: {number}\r\nMessage-ID: <{number}@author.example>\r\n\r\nHello\r\n"));
                if (!reply.StartsWith("250", StringComparison.Ordinal))
                {
                    Assert.True(reply.StartsWith('4'), reply);
                    pending.Enqueue(number);
                    return false;
                }

                accepted[number] = 0;
                number = -1;
            }
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            // Before the end of a message's data nothing is accepted; Postfix itself is never killed here, so a lost reply cannot be.
            if (number >= 0)
            {
                pending.Enqueue(number);
            }

            return false;
        }

        // Others may still put a message back.
        await Task.Delay(10);
        return true;
    }
}
