using static EmailAuth.Milter.Tests.EndToEnd.RedTeam.Writing;

namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>Mail of honest senders, in the forms in which it comes: none of it may be refused.</summary>
internal static class GenuineMail
{
    public static IEnumerable<Mail> All =>
    [
        FromBank("unsigned, of its own host", OfBank),
        FromBank("a comment after the address", OfBank.Replace("<alice@bank.example>", "<alice@bank.example> (Alice)", StringComparison.Ordinal)),
        FromBank("a comma in a quoted name", OfBank.Replace("Alice <", "\"Smith, Alice\" <", StringComparison.Ordinal)),
        FromBank("an encoded name", OfBank.Replace("Alice <", "=?utf-8?q?Al=C3=ADce?= <", StringComparison.Ordinal)),
        FromBank("a name in UTF-8", OfBank.Replace("Alice <", "Alíce <", StringComparison.Ordinal)),
        FromBank("a folded From", OfBank.Replace("Alice <", "Alice\r\n <", StringComparison.Ordinal)),
        FromBank("white space next to the at sign", OfBank.Replace("<alice@", "<alice @ ", StringComparison.Ordinal)),
        FromBank("a group of one", OfBank.Replace("Alice <alice@bank.example>", "Bank: Alice <alice@bank.example>;", StringComparison.Ordinal)),
        FromBank("two authors of one domain", OfBank.Replace("Alice <alice@bank.example>", "alice@bank.example, bob@BANK.example", StringComparison.Ordinal)),
        FromBank("a subdomain", OfBank.Replace("alice@bank.example", "alice@news.bank.example", StringComparison.Ordinal)),
        FromBank("a bounce", OfBank.Replace("Alice <alice@", "Mailer <mailer-daemon@", StringComparison.Ordinal)) with { From = "<>" },
        FromBank("an internationalized sender", OfBank.Replace("alice@bank.example", "jürgen@bänk.example", StringComparison.Ordinal)) with { From = "<jürgen@bänk.example> SMTPUTF8 BODY=8BITMIME", IsOfBank = false, Says = "dmarc=pass" },
        FromBank("bytes beyond ASCII in the body", OfBank + "Grüße\r\n"),
        FromBank("results of other hosts", "Authentication-Results: mx.bank.example; auth=pass smtp.auth=alice; dkim2=pass header.d=bank.example\r\n" + OfBank),
        Forwarded("signed, and forwarded", Signed(OfBank)),
        Forwarded("signed with Ed25519", EmailAuth.Tests.Dkim.TestSigner.Ed25519.Sign(OfBank, edit: value => value.Replace("d=example.com; s=s;", "d=bank.example; s=e;", StringComparison.Ordinal))),
        Forwarded("signed with simple canonicalization", EmailAuth.Tests.Dkim.TestSigner.Rsa2048.Sign(OfBank, canonicalization: "simple/simple", edit: value => value.Replace("d=example.com;", "d=bank.example;", StringComparison.Ordinal))),
        Forwarded("signed with a testing key", Signed(OfBank, selector: "t")),
        Forwarded("all fields oversigned", Signed(OfBank, "from:from:to:to:subject:subject:date:date:message-id:message-id:cc:reply-to:content-type:mime-version")),
        Forwarded("signed with times", Signed(OfBank, more: " t=1577836800; x=32503680000;")),
        Forwarded("signed, with a broken signature above", Bytes("DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=s; h=from; bh=YWJj; b=YWJj\r\n" + Text(Signed(OfBank)))),
        Forwarded("signed by the bank and a provider", SignedBy(HostileDns.Evil, Text(Signed(OfBank)))),
        Forwarded("fifty fields of DKIM2", Bytes(Dkim2Fields(50, 2_000) + Text(Signed(OfBank)))),
        new("a list with its own author", Answer.Delivered, EmailAuth.Tests.Dkim.TestSigner.Rsa2048.Sign(
            OfBank.Replace("Alice <alice@bank.example>", "Alice via List <list@hop1.example>", StringComparison.Ordinal), edit: value => value.Replace("d=example.com;", "d=hop1.example;", StringComparison.Ordinal)))
        {
            Client = HostileDns.ForwarderAddress, Helo = "mail.hop1.example", From = "<list-bounces@hop1.example>", Says = "dkim=pass",
        },
        Forwarded("a list that changed the subject, and is trusted", Bytes(Sealed(
            OfBank, HostileDns.Forwarder, "pass", HostileDns.Bank, message => message.Replace("Subject: ", "Subject: [list] ", StringComparison.Ordinal)))) with { Says = "arc=pass" },
        new("a domain that asks for nothing", Answer.Delivered, Bytes(OfBank.Replace(HostileDns.Bank, "quiet.example", StringComparison.Ordinal))) { Says = "dmarc=fail" },
        new("a domain without a policy", Answer.Delivered, Bytes(OfBank.Replace(HostileDns.Bank, "nopolicy.example", StringComparison.Ordinal))) { Says = "dmarc=none" },
    ];

    /// <summary>Fields of DKIM2, as many of each name.</summary>
    public static string Dkim2Fields(int count, int length) => string.Concat(Enumerable.Range(1, count).Select(i =>
        $"DKIM2-Signature: i={i}; m={i}; t=1764412800; d=bank.example; s=s:rsa-sha256:{Folded(length)}\r\nMessage-Instance: m={i}; h=sha256:{Folded(length)}\r\n"));

    private static string Folded(int length) => string.Join("\r\n\t", Enumerable.Repeat(new string('A', 70), (length / 72) + 1));

    private static Mail FromBank(string what, string message) => new(what, Answer.Delivered, Bytes(message))
    {
        From = "<alice@bank.example>",
        Client = HostileDns.BankAddress,
        Helo = "mail.bank.example",
        IsOfBank = true,
        Says = "dmarc=pass",
    };

    private static Mail Forwarded(string what, byte[] message) => new(what, Answer.Delivered, message)
    {
        From = "<alice@bank.example>",
        Client = HostileDns.ForwarderAddress,
        Helo = "mail.hop1.example",
        IsOfBank = true,
        Says = "dkim=pass",
    };
}
