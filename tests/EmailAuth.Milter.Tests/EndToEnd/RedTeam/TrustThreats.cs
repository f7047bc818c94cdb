using System.Text;
using static EmailAuth.Milter.Tests.EndToEnd.RedTeam.Writing;

namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>Rows of those who want to be believed for what they can break, replay or hide.</summary>
internal static class TrustThreats
{
    // What the bank would never accept from a stranger's connection, in the middle of a body of the attacker's.
    private const string Smuggled =
        "MAIL FROM:<alice@bank.example>\r\nRCPT TO:<" + RedTeamSite.Trap + "@example.org>\r\nDATA\r\nFrom: alice@bank.example\r\nSubject: x\r\n\r\nforged\r\n.\r\n";

    private static readonly (string Name, Answer Expected)[] Keys =
    [
        ("key-good", Answer.Delivered), ("key-testing", Answer.Delivered), ("key-spaces", Answer.Delivered), ("key-alias", Answer.Delivered), ("key-revoked", Answer.Refused),
        ("key-service", Answer.Refused), ("key-hash", Answer.Refused), ("key-kind", Answer.Refused), ("key-twice", Answer.Refused), ("key-two", Answer.Refused), ("key-upper", Answer.Refused),
    ];

    public static IEnumerable<Threat> All =>
    [
        new("DNS failure at the author domain or on the way up the tree")
        {
            Mails =
            [
                .. ((string[])["lame.bank.example", "a.lame.bank.example", "a.b.c.lame.bank.example"])
                    .Select(domain => new Mail(domain, Answer.Deferred, Bytes(OfDomain(domain))) { From = $"<m@{domain}>" }),
                new("with a forged result", Answer.Deferred, Bytes("Authentication-Results: mx.example.org; dmarc=pass\r\n" + OfDomain("lame.bank.example"))),
            ],
        },
        new("key record with `t=y`")
        {
            Mails = [.. Keys.Select(key => new Mail(key.Name, key.Expected, SignedBy($"{key.Name}.example", OfDomain($"{key.Name}.example"))))],
            Tests = ["EmailAuth.Tests/TrustTests.A_key_record_counts_as_RFC_6376_section_3_6_1_says"],
        },
        new("SHA-1 signatures, 512- to 1023-bit keys")
        {
            Mails =
            [
                new("SHA-1", Answer.Refused, SignedBy("key-good.example", OfDomain("key-good.example"), sha1: true)),
                new("512 bits", Answer.Refused, SignedBy("key-short.example", OfDomain("key-short.example"), Weak.Key512)),
                new("1016 bits", Answer.Refused, SignedBy("key-1016.example", OfDomain("key-1016.example"), Weak.Key1016)),
            ],
        },
        new("BIMI: http, redirects")
        {
            Mails =
            [
                new("fields of a receiver that are the sender's", Answer.Delivered, Bytes("BIMI-Location: v=BIMI1; l=https://bank.example/l.svg\r\nBIMI-Indicator: PHN2Zz4=\r\nBIMI-Logo-Preference: x\r\n" + OfEvil))
                {
                    Never = "BIMI-Indicator",
                },
            ],
            Tests =
            [
                "EmailAuth.Tests/HttpsFetcherTests.A_name_that_resolves_to_an_address_inside_is_refused_at_connect_time", "EmailAuth.Tests/PrivateAddressFilterTests.An_address_that_is_not_public_is_refused",
                "EmailAuth.Tests/MarkCertificateVerifierTests.A_certificate_that_is_wrong_in_one_point_says_which", "EmailAuth.Tests/SvgTinyPsTests.What_the_profile_lacks_is_a_violation",
            ],
        },
        new("valid DKIM with `x=` past")
        {
            Mails =
            [
                new("expired", Answer.Refused, Signed(OfBank, more: " t=1577836800; x=1580515200;")),
                new("from the future", Answer.Refused, Signed(OfBank, more: " t=32503680000;")),
                new("expires before it begins", Answer.Refused, Signed(OfBank, more: " t=1580515200; x=1577836800;")),
                new("a time that is none", Answer.Refused, Signed(OfBank, more: " x=99999999999999999999999;")),
            ],
        },
        new("BDAT and bare LF") { Mails = [.. Transports()], Tests = ["EmailAuth.Tests/TrustTests.A_body_is_judged_as_it_was_received", "EmailAuth.Tests/TrustTests.Bare_line_ends_and_NUL_in_the_header_are_reported_not_repaired"] },
    ];

    private static string OfDomain(string domain) => OfBank.Replace(HostileDns.Bank, domain, StringComparison.Ordinal);

    private static IEnumerable<Mail> Transports()
    {
        foreach (var end in (string[])["\n.\r\n", "\n.\n", "\r\n.\n", "\r.\r\n", "\r.\r", "\r\n\0.\r\n", "\r\n.\0\r\n"])
        {
            yield return new($"an end of the data that is none: {end.Replace("\r", "CR", StringComparison.Ordinal).Replace("\n", "LF", StringComparison.Ordinal).Replace('\0', '0')}", Answer.Delivered, Bytes(OfEvil + "x" + end + Smuggled))
            {
                Sending = SmuggleAsync,
            };
        }

        yield return new("BDAT in pieces", Answer.Delivered, Signed(OfBank)) { IsOfBank = true, Says = "dkim=pass", Sending = (smtp, mail, mailbox) => ChunkAsync(smtp, mail, mailbox, 7) };
        yield return new("BDAT of a forged mail", Answer.Refused, Bytes(OfBank)) { Sending = (smtp, mail, mailbox) => ChunkAsync(smtp, mail, mailbox, 100) };
        yield return new("BDAT with a bare LF before a From", Answer.Refused, Bytes("X: y\n" + OfBank)) { Sending = (smtp, mail, mailbox) => ChunkAsync(smtp, mail, mailbox, 3) };
        yield return new("BDAT with a line of one dot", Answer.Delivered, Signed(OfBank + ".\r\n" + Smuggled)) { IsOfBank = true, Says = "dkim=pass", Sending = (smtp, mail, mailbox) => ChunkAsync(smtp, mail, mailbox, 50) };
        yield return new("a bare LF in the header", Answer.Refused, Bytes(OfEvil.Replace("Subject: Hello\r\n", "Subject: Hello\nFrom: a@bank.example\r\n", StringComparison.Ordinal)));
        yield return new("a bare CR in the header, of which Postfix makes a space", Answer.Delivered, Bytes(OfEvil.Replace("Subject: Hello\r\n", "Subject: Hello\rFrom: a@bank.example\r\n", StringComparison.Ordinal)));
        yield return new("dots at the start of lines", Answer.Delivered, Signed(OfBank + ".\r\n..\r\n.x\r\n")) { IsOfBank = true, Says = "dkim=pass" };
    }

    // The bytes go as they are, with an honest end after them; what the server says to each of what it takes for commands is read to its last line.
    private static async Task<string> SmuggleAsync(SmtpConnection smtp, Mail mail, string mailbox)
    {
        foreach (var command in (string[])[$"MAIL FROM:{mail.From}", $"RCPT TO:<{mailbox}@example.org>", "DATA"])
        {
            await smtp.SayAsync(command);
        }

        var reply = await smtp.SendRawAsync([.. mail.Message, .. "\r\n.\r\n"u8]);
        await smtp.SayToTheEndAsync("QUIT");
        return reply;
    }

    private static async Task<string> ChunkAsync(SmtpConnection smtp, Mail mail, string mailbox, int size)
    {
        await smtp.SayAsync($"MAIL FROM:{mail.From}");
        await smtp.SayAsync($"RCPT TO:<{mailbox}@example.org>");
        var reply = string.Empty;
        foreach (var chunk in mail.Message.Chunk(size))
        {
            reply = await smtp.SendRawAsync([.. Encoding.ASCII.GetBytes($"BDAT {chunk.Length}\r\n"), .. chunk]);
        }

        return await smtp.SayAsync("BDAT 0 LAST");
    }
}
