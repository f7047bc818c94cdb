using EmailAuth.Messages;
using EmailAuth.Tests.Messages;
using static EmailAuth.Milter.Tests.EndToEnd.RedTeam.Writing;

namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>Rows of those who want to be taken for the bank.</summary>
internal static class IdentityThreats
{
    private const string Forged = "mx.example.org; dmarc=pass header.from=bank.example; dkim=pass header.d=bank.example\r\n";

    /// <summary>Postfix makes a space of a bare CR, a line end of a bare LF, and no field of a first line that begins as in mail files: what it delivers names the attacker alone.</summary>
    private static readonly string[] MendedByPostfix =
    [
        "a space before the colon", "folded before the colon, after the good one", "a bare CR in another field", "LF CR in another field", "a bare LF in the value", "a bare LF before the end",
    ];

    /// <summary>As such a first line is the only one with an author, there is none.</summary>
    private static readonly string[] TakenByPostfix = ["a space before the colon, alone", "folded before the colon, alone"];

    public static IEnumerable<Threat> All =>
    [
        new("two From fields; From with a space before the colon") { Mails = [.. Disguised(one => one.Defect == AuthorDefect.SeveralFields)] },
        new("one From with several addresses, a group")
        {
            Mails =
            [
                .. Disguised(one => one.Defect is AuthorDefect.SeveralDomains or AuthorDefect.NoAddress or AuthorDefect.NoField
                    || (one.Defect == AuthorDefect.None && !one.What.Contains("emoji", StringComparison.Ordinal))),
                Of("a Sender and a Resent-From of the bank's", Answer.Delivered, "Sender: a@bank.example\r\nResent-From: a@bank.example\r\n" + OfEvil, "dmarc=pass"),
            ],
        },
        new("null reverse-path with a chosen HELO") { Mails = [.. Envelopes()] },
        new("`d=`, `s=`, `i=` holding quotes")
        {
            Mails = [.. SignatureNames().Select(tags => new Mail(tags, Answer.Refused, WithSignatureField(tags, OfBank)))],
            Tests = ["EmailAuth.Tests/IdentityConfusionTests.A_signature_whose_names_are_none_is_a_permerror_and_asks_nothing"],
        },
        new("a signature that covers no From") { Mails = [.. Resigned()], Tests = ["EmailAuth.Tests/DkimVerifierTests.Oversigning_can_be_demanded"] },
        new("`l=` shorter than the body") { Mails = [.. Partial()] },
        new("Authentication-Results fields claiming our authserv-id; also") { Mails = [.. Claims()] },
        new("any string of the message's in the header we write")
        {
            Mails = [.. Injections()],
            Tests = ["EmailAuth.Tests/ReadersTests.MimeKit_and_our_own_reader_read_our_verdicts"],
        },
    ];

    /// <summary>The headers of a kind, each as a mail of the attacker's.</summary>
    public static IEnumerable<Mail> Disguised(Func<AuthorDisguise, bool> kind) =>
        from disguise in AuthorDisguises.All.Where(kind)
        let message = (byte[])[.. disguise.Header, .. "\r\nhi\r\n"u8]
        let shown = MendedByPostfix.Contains(disguise.What) ? HostileDns.Evil : TakenByPostfix.Contains(disguise.What) ? null : disguise.Domain
        select shown is { } domain
            ? new Mail(disguise.What, Answer.Delivered, message) { Says = domain == HostileDns.Evil ? $"dmarc=pass header.from={domain}" : $"dmarc=none header.from={domain}" }
            : new Mail(disguise.What, Answer.Refused, message);

    private static Mail Of(string what, Answer expected, string message, string? says = null, string? never = null) =>
        new(what, expected, Bytes(message)) { Says = says, Never = never };

    private static IEnumerable<Mail> Envelopes()
    {
        foreach (var (from, helo) in ((string, string)[])
            [
                ("<>", "bank.example"), ("<>", HostileDns.Evil), ("<>", "mail.bank.example"), ("<>", "bank.example(.evil.example"), ("<>", "[192.0.2.1]"),
                ("<@evil.example:a@bank.example>", HostileDns.Evil), ("<@bank.example:a@evil.example>", "bank.example"),
                ("<\"a@evil.example\"@bank.example>", HostileDns.Evil), ("<\"a@bank.example\"@evil.example>", HostileDns.Evil),
                ("<a@bank.example.>", HostileDns.Evil), ("<a@evil.example.>", HostileDns.Evil), ("<a@bank.example(.evil.example>", HostileDns.Evil),
                ("<a@evil.example@bank.example>", HostileDns.Evil), ("<a@bank.example@evil.example>", HostileDns.Evil), ("<a@evil.example,bank.example>", HostileDns.Evil),
                ("<a@bank.example'@evil.example>", HostileDns.Evil), ("<\"a; dmarc=pass header.from=bank.example\"@evil.example>", HostileDns.Evil),
                ("<\"a\\\")(\\\"\"@evil.example>", HostileDns.Evil), ("<a@bank.example\0.evil.example>", HostileDns.Evil),
                ("<a@bank.example\rX>", HostileDns.Evil), ("<m@evil.example> AUTH=a@bank.example", HostileDns.Evil),
            ])
        {
            yield return new Mail($"MAIL FROM:{from} of {helo}", Answer.Refused, Bytes(OfBank)) { From = from, Helo = helo };
        }
    }

    private static IEnumerable<string> SignatureNames() =>
    [
        "d=bank.example; s=s._domainkey.evil.example\0", "d=bank.example; s=s._domainkey.evil.example\\0.", "d=bank.example; s=s._domainkey.evil.example\\.", "d=bank.example; s=\"s\"",
        "d=bank.example; s=a b", "d=bank.example; s=%00", "d=bank.example; s=s.", "d=bank.example; s=.s", "d=bank.example(.evil.example; s=s", "d=\"bank.example; s=s",
        "d=bank.example\0.evil.example; s=s", "d=bank example; s=s", "d=bank.example\u00e9(; s=s", "d=bank.example; d=evil.example; s=s", "d=evil.example; s=s; i=@bank.example",
        "d=bank.example; s=s; i=@evil.example", "d=bank.example; s=s; i=@notbank.example", "d=example; s=s",
    ];

    // What the bank signed, sent again by the attacker with something that the signature does not cover.
    private static IEnumerable<Mail> Resigned()
    {
        var signed = Text(Signed(OfBank));
        yield return new("sent again as it was", Answer.Delivered, Signed(OfBank)) { IsOfBank = true, Says = "dkim=pass" };
        yield return new("From is not in h=", Answer.Refused, Signed(OfBank, "to:subject:date"));
        yield return Of("a second From above", Answer.Refused, "From: Bank <alice@bank.example>\r\n" + signed);
        yield return Of("a second From below", Answer.Refused, signed.Replace("\r\n\r\nHello", "\r\nFrom: m@evil.example\r\n\r\nHello", StringComparison.Ordinal));
        yield return new("From in h= twice, and a second one", Answer.Refused, Bytes("From: m@evil.example\r\n" + Text(Signed(OfBank, "from:from:to:subject"))));
        yield return Of("a Subject above the signed one", Answer.Refused, "Subject: Pay here\r\n" + signed);

        // The bank leaves Subject to whoever passes its mail on.
        yield return new("a Subject where none is signed", Answer.Delivered, Bytes("Subject: Pay here\r\n" + Text(Signed(OfBank, "from:to:date")))) { IsOfBank = true, Says = "dkim=pass" };
        yield return Of("another body", Answer.Refused, signed.Replace("Hello", "Pay here", StringComparison.Ordinal));
        yield return Of("another To", Answer.Refused, signed.Replace("To: box@", "To: fox@", StringComparison.Ordinal));
        yield return new("another author, whom the attacker's signature names", Answer.Refused, SignedBy(HostileDns.Evil, OfBank));
        yield return new("the bank's name, and the attacker's key", Answer.Refused, SignedBy(HostileDns.Bank, OfBank));
        yield return new("a domain above the bank's", Answer.Refused, SignedBy("example", OfBank));
        yield return new("a domain that ends as the bank's does", Answer.Refused, SignedBy("notbank.example", OfBank));
    }

    private static IEnumerable<Mail> Partial()
    {
        yield return new("nothing is left", Answer.Delivered, Signed(OfBank, length: 7)) { IsOfBank = true, Says = "dkim=pass" };
        yield return new("text is added", Answer.Refused, [.. Signed(OfBank, length: 7), .. "<h1>Pay here</h1>\r\n"u8]);
        yield return new("none of the body is signed", Answer.Refused, Signed(OfBank, length: 0));
        yield return new("more than there is", Answer.Refused, Bytes(Text(Signed(OfBank, length: 7)).Replace("Hello", "", StringComparison.Ordinal)));
    }

    private static IEnumerable<Mail> Claims()
    {
        foreach (var id in (string[])
            [
                "mx.example.org", "MX.Example.ORG", "(x) mx.example.org (y)", "mx.example.org 1", "\r\n mx.example.org", "\"mx.example.org\"", "mx.example.org.", "mx\u3002example\u3002org",
                "mx.example.org (a (b) c) 1", "mx.exam(x)ple.org", "\"mx.example\".org", "mx . example . org",
            ])
        {
            yield return Of($"of {id}", Answer.Delivered, $"Authentication-Results: {id}; dmarc=pass header.from=bank.example\r\n{OfEvil}", "dmarc=pass header.from=evil.example", "bank.example");
        }

        foreach (var name in (string[])["authentication-results", "Authentication-Results ", "Authentication-Results\t", "ARC-Authentication-Results: i=1;"])
        {
            yield return Of($"in {name}", Answer.Delivered, $"{name}{(name.Contains(':', StringComparison.Ordinal) ? "" : ":")} {Forged}{OfEvil}", "dmarc=pass header.from=evil.example", "bank.example");
        }

        yield return Of("below a good one of another", Answer.Delivered, $"Authentication-Results: other.example; spf=pass\r\nX: y\r\nAuthentication-Results: {Forged}{OfEvil}", "dmarc=pass", "bank.example");
        yield return Of("a hundred of them", Answer.Delivered, string.Concat(Enumerable.Repeat($"Authentication-Results: {Forged}", 100)) + OfEvil, "dmarc=pass", "bank.example");
        yield return Of("of a mail that fails", Answer.Refused, $"Authentication-Results: {Forged}{OfBank}");
    }

    private static IEnumerable<Mail> Injections()
    {
        foreach (var local in (string[])
            [
                "\"; dmarc=pass header.from=bank.example\"", "\"a\\\"; dmarc=pass (\"", "\"(\"", "\")\"", "\"a\\\\\"", "a=b", "dmarc=pass", "\"dkim=pass header.d=bank.example\"", "x/y", "\"a b\"", "=?utf-8?q?=3B_dmarc=3Dpass?=",
            ])
        {
            yield return new($"in the reverse-path: {local}", Answer.Delivered, Bytes(OfEvil)) { From = $"<{local}@{HostileDns.Evil}>", Says = "spf=pass" };
        }

        foreach (var helo in (string[])["x;dmarc=pass", "bank.example;dkim=pass", "x(y", "\"x\"", "dmarc=pass", "a\\b"])
        {
            yield return new($"in HELO: {helo}", Answer.Delivered, Bytes(OfEvil)) { Helo = helo, Says = "dmarc=pass header.from=evil.example" };
        }

        foreach (var tags in (string[])["d=evil.example; s=\"; dmarc=pass\"", "d=;dmarc=pass; s=(", "d=evil.example; s=s; i=\"; dmarc=pass header.from=bank.example\"@evil.example", "d=evil.example; s=s; dmarc=pass"])
        {
            yield return new($"in a signature: {tags}", Answer.Delivered, WithSignatureField(tags, OfEvil)) { Says = "dmarc=pass header.from=evil.example" };
        }

        yield return new("in a record of SPF", Answer.Delivered, SignedBy(HostileDns.Evil, OfEvil)) { From = "<m@text.evil.example>", Says = "spf=permerror" };
    }
}
