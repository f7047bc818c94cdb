using System.Text;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>Mail that is put aside by a header field, filed by the sieve script of the milter's page.</summary>
public sealed class QuarantineFieldTests(MailSite site) : IClassFixture<MailSite>
{
    private const string Message =
        "From: alice@quiet.example\r\nTo: box@example.org\r\nSubject: Hello\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nHello\r\n";

    // A name in another case, with white space before the colon, and repeated.
    private const string Forged =
        "X-EmailAuth-Quarantine: reason=dmarc_policy\r\nx-emailauth-QUARANTINE \t: reason=forged\r\nX-Emailauth-Quarantine:reason=forged\r\n";

    [Fact]
    public async Task The_sieve_script_of_the_page_files_what_is_put_aside_and_nothing_that_a_sender_marks()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await site.ReloadAsync("\"QuarantineBy\": \"header\", \"UncheckedClients\": \"198.51.100.0/24\", \"Policy\": { \"OnQuarantine\": \"quarantine\" }");

        var aside = await site.DeliverAsync(Forged + Message, "<alice@quiet.example>", "203.0.113.66", "evil.example");
        var genuine = await site.DeliverAsync(Forged + Message, "<alice@quiet.example>");
        var unchecked_ = await site.DeliverAsync(Forged + Message, "<alice@quiet.example>", "198.51.100.1", "mail.list.example");

        Assert.Equal(1, CountOf(aside));
        Assert.Contains("\nX-EmailAuth-Quarantine: reason=dmarc_policy", aside.Replace("\r", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("dis=quarantine", aside, StringComparison.Ordinal);
        Assert.Equal((0, 0), (CountOf(genuine), CountOf(unchecked_)));
        Assert.Empty(site.Postfix.Held());
        await site.MilterSaysAsync("action=quarantine removed=3 ");
        var sieve = Programs.Find("sieve-test");
        Assert.SkipWhen(sieve is null, "Not installed: dovecot-sieve.");
        Assert.Contains("Junk", await FileAsync(sieve!, aside), StringComparison.Ordinal);
        Assert.DoesNotContain("Junk", await FileAsync(sieve!, genuine), StringComparison.Ordinal);
    }

    private static int CountOf(string delivered) =>
        delivered.Split('\n').Count(static line => line.StartsWith("x-emailauth-quarantine", StringComparison.OrdinalIgnoreCase));

    private async Task<string> FileAsync(string sieve, string message)
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("src", "EmailAuth.Milter", "README.md"), TestContext.Current.CancellationToken);
        var folder = site.NewFolder("sieve-" + site.NewMailbox());
        var (script, mail, configuration) = (Path.Combine(folder, "junk.sieve"), Path.Combine(folder, "message.eml"), Path.Combine(folder, "dovecot.conf"));

        // The program does not act as root, and stores nothing.
        await File.WriteAllTextAsync(
            configuration, $"mail_uid = nobody\nmail_gid = nogroup\nfirst_valid_uid = 1\nmail_location = maildir:{folder}/mail\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(script, page.Split("```sieve\n")[1].Split("```")[0], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(mail, message, Encoding.Latin1, TestContext.Current.CancellationToken);
        var (exit, output) = await Daemon.RunAsync(sieve, "-c", configuration, script, mail);
        Assert.True(exit == 0, output);
        return output;
    }
}
