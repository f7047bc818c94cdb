using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>Mail that leaves through a real Postfix is signed by the milter, and verified by it when it arrives again from outside.</summary>
public sealed class SignedMailTests(MailSite site) : IClassFixture<MailSite>
{
    private const string Outside = "203.0.113.9";
    private const string Own =
        "From: Alice <alice@author.example>\r\nTo: box@example.org\r\nSubject:  two spaces,\r\n\tfolded \r\n" +
        "Date: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <2@author.example>\r\n\r\nHello  there \r\n.\r\n..\r\n\r\n";

    private const string Other =
        "From: Bob <bob@quiet.example>\r\nTo: box@example.org\r\nSubject: other\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nHello\r\n";

    [Fact]
    public async Task Mail_of_a_client_that_authenticated_is_signed_and_passes_when_it_arrives()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await SignWithAsync($"author.example {TestZone.Selector} {site.KeyFile}");

        var delivered = await SubmitAsync("Authentication-Results: mx.example.org; dkim=pass header.d=bank.example\r\n" + Own, "alice");

        Assert.Equal(TestZone.Selector, await PassingSelectorAsync(delivered));
        Assert.DoesNotContain("bank.example", delivered, StringComparison.Ordinal);
        await site.MilterSaysAsync("not_judged=\"authenticated client\" signing=signed");
    }

    [Fact]
    public async Task Mail_of_this_machine_is_signed_with_every_key_of_its_domain()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await SignWithAsync($"author.example {TestZone.Selector} {site.KeyFile}", $"author.example {TestZone.NextSelector} {site.NextKeyFile}");
        var mailbox = site.NewMailbox();
        using var smtp = await SmtpConnection.OpenAsync(site.Port);

        Assert.StartsWith("250", await smtp.SendAsync("<alice@author.example>", $"{mailbox}@example.org", Encoding.Latin1.GetBytes(Own)), StringComparison.Ordinal);

        var signed = Signed(await site.Postfix.DeliveredAsync(mailbox));
        Assert.Equal(2, signed.Split("DKIM-Signature:").Length - 1);
        Assert.Equal(2, Results(await site.DeliverAsync(signed)).Split("dkim=pass").Length - 1);
    }

    [Fact]
    public async Task A_field_that_leaves_the_message_is_not_signed()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await File.WriteAllTextAsync(Table, $"author.example {TestZone.Selector} {site.KeyFile}", TestContext.Current.CancellationToken);
        await site.ReloadAsync($"\"SigningTable\": \"{Table}\", \"RemoveFields\": [\"List-Id\"]");

        var delivered = await SubmitAsync("List-Id: <box.example.org>\r\n" + Own, "alice");

        Assert.DoesNotContain("<box.example.org>", delivered, StringComparison.Ordinal);
        Assert.Equal(TestZone.Selector, await PassingSelectorAsync(delivered));
    }

    // The client decides, never From.
    [Fact]
    public async Task Mail_from_outside_with_our_From_is_never_signed()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await SignWithAsync($"author.example {TestZone.Selector} {site.KeyFile}", $"*.author.example {TestZone.Selector} {site.KeyFile}");

        foreach (var client in (string[])[Outside, "192.0.2.1"])
        {
            Assert.DoesNotContain("DKIM-Signature", await site.DeliverAsync(Own, client: client), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_domain_that_is_not_in_the_table_is_not_signed_and_the_log_says_so()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await SignWithAsync($"author.example {TestZone.Selector} {site.KeyFile}");

        Assert.DoesNotContain("DKIM-Signature", await SubmitAsync(Other, "alice"), StringComparison.Ordinal);
        await site.MilterSaysAsync("signing=other_domain");
        Assert.DoesNotContain("DKIM-Signature", await SubmitAsync("From: mallory@quiet.example\r\n" + Own, "alice"), StringComparison.Ordinal);
        await site.MilterSaysAsync("signing=several_fields");
    }

    // The old key has ended and the new one has begun in the table that is read while mail is sent.
    [Fact]
    public async Task A_rotation_under_load_leaves_no_message_unsigned_or_broken()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await SignWithAsync($"author.example {TestZone.Selector} {site.KeyFile}");
        var (before, after) = (new ConcurrentBag<string>(), new ConcurrentBag<string>());
        var (begun, rotated) = (new TaskCompletionSource(), new TaskCompletionSource());
        var senders = Enumerable.Range(0, 3).Select(async _ =>
        {
            for (var count = 0; count < 8; count++)
            {
                before.Add(await SubmitAsync(Own, "alice"));
                begun.TrySetResult();
            }

            await rotated.Task;
            for (var count = 0; count < 3; count++)
            {
                after.Add(await SubmitAsync(Own, "alice"));
            }
        }).ToArray();

        await Task.WhenAny(begun.Task, Task.WhenAll(senders));
        await SignWithAsync(
            $"author.example {TestZone.Selector} {site.KeyFile} until 2026-01-01", $"author.example {TestZone.NextSelector} {site.NextKeyFile} from 2026-01-01T12:00Z");
        rotated.SetResult();
        await Task.WhenAll(senders);

        foreach (var message in before)
        {
            Assert.Contains(await PassingSelectorAsync(message), (string[])[TestZone.Selector, TestZone.NextSelector]);
        }

        foreach (var message in after)
        {
            Assert.Equal(TestZone.NextSelector, await PassingSelectorAsync(message));
        }
    }

    [Fact]
    public async Task A_broken_table_changes_nothing_and_the_log_names_its_line()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await SignWithAsync($"author.example {TestZone.Selector} {site.KeyFile}");
        File.AppendAllText(Table, "author.example s9 no/such/key.pem\n");

        await Daemon.RunAsync("kill", "-HUP", site.Milter.Process.Id.ToString(CultureInfo.InvariantCulture));
        await site.MilterSaysAsync($"'{Table}' is not a signing table: line 2: ");

        Assert.Equal(TestZone.Selector, await PassingSelectorAsync(await SubmitAsync(Own, "alice")));
    }

    // The page's file for the second of two milters.
    [Fact]
    public async Task A_milter_that_only_signs_leaves_the_results_of_the_first()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await File.WriteAllTextAsync(Table, $"author.example {TestZone.Selector} {site.KeyFile}", TestContext.Current.CancellationToken);
        await site.ReloadAsync($"\"AuthservId\": \"sign.mx.example.org\", \"UncheckedClients\": [ \"0.0.0.0/0\", \"::/0\" ], \"SigningTable\": \"{Table}\"");
        const string First = "Authentication-Results: mx.example.org; dmarc=pass header.from=author.example\r\nX-EmailAuth-Quarantine: reason=dmarc_policy\r\n";

        var received = await site.DeliverAsync(First + Own, client: Outside);
        Assert.Contains("Authentication-Results: mx.example.org; dmarc=pass header.from=author.example", received, StringComparison.Ordinal);
        Assert.Contains("X-EmailAuth-Quarantine: reason=dmarc_policy", received, StringComparison.Ordinal);
        Assert.DoesNotContain("sign.mx.example.org", received, StringComparison.Ordinal);
        Assert.DoesNotContain("DKIM-Signature", received, StringComparison.Ordinal);

        var sent = await SubmitAsync(Own, "alice");
        Assert.DoesNotContain("Authentication-Results:", sent, StringComparison.Ordinal);
        await SignWithAsync($"author.example {TestZone.Selector} {site.KeyFile}");
        Assert.Equal(TestZone.Selector, await PassingSelectorAsync(sent));
    }

    private string Table => Path.Combine(Path.GetDirectoryName(site.KeyFile)!, "signing.table");

    private static string Results(string delivered) => delivered.Replace("\r", string.Empty, StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal)
        .Replace("\n ", " ", StringComparison.Ordinal).Split('\n').First(line => line.StartsWith("Authentication-Results:", StringComparison.Ordinal));

    // The message as it left.
    private static string Signed(string delivered)
    {
        var text = delivered.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);
        var signature = text.IndexOf("DKIM-Signature:", StringComparison.Ordinal);
        Assert.True(signature >= 0, delivered);
        return text[signature..];
    }

    private async Task SignWithAsync(params string[] lines)
    {
        await File.WriteAllLinesAsync(Table, lines);
        await site.ReloadAsync($"\"SigningTable\": \"{Table}\"");
    }

    private async Task<string> SubmitAsync(string message, string login)
    {
        var mailbox = site.NewMailbox();
        using var smtp = await SmtpConnection.OpenAsync(site.Port, Outside, "laptop.example", "laptop.example", login);
        var reply = await smtp.SendAsync("<alice@author.example>", $"{mailbox}@example.org", Encoding.Latin1.GetBytes(message));
        Assert.True(reply.StartsWith("250", StringComparison.Ordinal), $"{reply}\n{site.Milter.Output}");
        return await site.Postfix.DeliveredAsync(mailbox);
    }

    // The selector of the signature of a delivered message, which passes when the message arrives from outside.
    private async Task<string> PassingSelectorAsync(string delivered)
    {
        var results = Results(await site.DeliverAsync(Signed(delivered), client: Outside, name: "other.example"));
        Assert.Contains("dkim=pass", results, StringComparison.Ordinal);
        Assert.Contains("dmarc=pass", results, StringComparison.Ordinal);
        return results.Split("header.s=")[1].Split([' ', ';'])[0];
    }
}
