using EmailAuth.Messages;
using static EmailAuth.Milter.Tests.EndToEnd.RedTeam.Writing;

namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>Rows that a review with running exploits found.</summary>
internal static class SecondRoundThreats
{
    private const string Forged = "dmarc=pass header.from=bank.example\r\n";

    public static IEnumerable<Threat> All =>
    [
        new("DNS answers from another address")
        {
            Tests =
            [
                "EmailAuth.Tests/StubResolverTests.A_spray_of_datagrams_changes_no_verdict", "EmailAuth.Tests/StubResolverTests.An_answer_from_elsewhere_is_never_used",
                "EmailAuth.Tests/StubResolverTests.Past_sixteen_messages_that_answer_nothing_the_question_goes_over_TCP",
            ],
        },
        new("From with white space, folding or a comment between the atoms") { Mails = [.. IdentityThreats.Disguised(one => one.Defect == AuthorDefect.Malformed)] },
        new("A-labels that only look like one")
        {
            Mails =
            [
                .. IdentityThreats.Disguised(one => one.Defect == AuthorDefect.UnusableDomain || (one.Defect == AuthorDefect.None && one.What.Contains("emoji", StringComparison.Ordinal))),
                new("an A-label of a strict domain, forged", Answer.Refused, Bytes(OfDomain("xn--bnk-qla.example"))),
                new("the same name in Unicode, forged", Answer.Refused, Bytes(OfDomain("bänk.example"))),
            ],
        },
        new("`OnReject=reject` and a From that cannot be judged")
        {
            Mails =
            [
                new("no From", Answer.Refused, Bytes("To: a@b.example\r\nSubject: x\r\n\r\nHello\r\n")), new("junk", Answer.Refused, Bytes("From: \\\"<<>>@\r\n\r\nHello\r\n")),
                new("no header", Answer.Refused, Bytes("\r\nFrom: alice@bank.example\r\n\r\nHello\r\n")), new("nothing", Answer.Refused, Bytes("\r\n")),
                new("a reverse-path at a lame name below the bank", Answer.Deferred, Bytes(OfBank)) { From = "<m@lame.bank.example>" },
                new("HELO at a lame name below the bank", Answer.Deferred, Bytes(OfBank)) { From = "<>", Helo = "lame.bank.example" },
                new("a signature of a lame name below the bank", Answer.Deferred, SignedBy("lame.bank.example", OfBank)),
                new("From at a lame name below the bank", Answer.Deferred, Bytes(OfDomain("x.lame.bank.example"))),
                new("a signature of a lame name elsewhere", Answer.Refused, SignedBy("lame.evil.example", OfBank)),
                new("two domains, one of them lame", Answer.Refused, Bytes(OfBank.Replace("<alice@bank.example>", "<m@evil.example>, a@lame.bank.example", StringComparison.Ordinal))),
            ],
        },
        new("HELO, MAIL FROM or signatures that make us ask hundreds of names")
        {
            Mails =
            [
                .. ((string[])["wide.evil.example", "r0.evil.example", "mx.evil.example", "thousand.evil.example"]).SelectMany(costly => (Mail[])
                    [
                        new($"the bank's mail from a host that names {costly}", Answer.Delivered, Signed(OfBank)) { From = $"<m@{costly}>", Helo = costly, IsOfBank = true, Says = "dkim=pass" },
                        new($"a forged mail of {costly}", Answer.Refused, Bytes(OfBank)) { From = $"<m@{costly}>", Helo = costly },
                    ]),
                new("the bank's signature below nine of strangers", Answer.Delivered, Bytes(Strangers(9) + Text(Signed(OfBank)))) { IsOfBank = true, Says = "dkim=pass" },
                new("the bank's signature below a thousand of strangers", Answer.Delivered, Bytes(Strangers(1_000) + Text(Signed(OfBank)))) { IsOfBank = true, Says = "dkim=pass" },
                new("the bank's name below a thousand of strangers", Answer.Refused, Bytes(Strangers(1_000) + OfBank)),
            ],
            Tests = ["EmailAuth.Tests/StarvationTests.A_HELO_name_and_signatures_of_strangers_change_no_other_verdict_with_slow_answers_too"],
        },
        new("our authserv-id with a comment inside it")
        {
            Mails =
            [
                .. ((string[])["mx.(x)example.org", "mx(a(b)c).example.org 1", "mx.example(\\)).org", "mx.\r\n (x)\r\n example.org", "(mx) mx.example.org (org)"])
                    .Select(id => Removed(id, $"Authentication-Results: {id}; {Forged}")),
                Removed("a set of ARC without a chain", $"ARC-Authentication-Results: i=1; mx.example.org; {Forged}"),
                Removed("a set of ARC with a comment", $"ARC-Authentication-Results: i=1; mx.exam(x)ple.org; {Forged}"),
                Removed("a set in a chain that fails", $"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=hop1.example; s=s; b=YWJj\r\nARC-Authentication-Results: i=1; mx.example.org; {Forged}"),
                Removed("Received-SPF", "Received-SPF: pass (mx.example.org: domain of bank.example designates it) client-ip=192.0.2.1\r\n"),
                Removed("received-spf with a space", "received-spf : pass (bank.example)\r\n"),
            ],
        },
        new("values that make our own field unreadable")
        {
            Mails =
            [
                .. ((string[])["\"\\\"x\"", "\"a\\\\b\"", "jörg", "\"jörg x\"", "a?b", "{x}", "|x|", "`x`"])
                    .Select(local => new Mail(local, Answer.Delivered, Bytes(OfEvil)) { From = $"<{local}@{HostileDns.Evil}>{(local.Contains('ö', StringComparison.Ordinal) ? " SMTPUTF8" : "")}", Says = "spf=pass" }),
            ],
            Tests = ["EmailAuth.Tests/ReadersTests.The_fields_need_no_escapes_and_of_an_ASCII_message_no_UTF8", "EmailAuth.Tests/ReadersTests.SpamAssassin_reads_our_verdicts"],
        },
        new("a second Subject, To, Cc") { Mails = [.. SecondFields()] },
        new("forged Received and Return-Path in a stored message")
        {
            Mails =
            [
                new("Received", Answer.Refused, Bytes($"Received: from mail.bank.example (mail.bank.example [{HostileDns.BankAddress}])\r\n\tby mx.example.org (Postfix) with ESMTPS id 4F2k;\r\n\tTue, 24 Nov 2026 12:00:00 +0000\r\n{OfBank}")),
                new("Return-Path", Answer.Refused, Bytes($"Return-Path: <alice@bank.example>\r\nX-Envelope-From: <alice@bank.example>\r\nX-Originating-IP: [{HostileDns.BankAddress}]\r\n{OfBank}")),
            ],
            Tests = ["EmailAuth.Tests/ReconstructedEnvelopeTests.There_is_no_field_and_the_json_says_so"],
        },
        new("forged results from clients in trusted networks")
        {
            Mails =
            [
                new("of a network that is not judged", Answer.Delivered, Bytes($"Authentication-Results: mx.example.org; {Forged}ARC-Authentication-Results: i=1; mx.example.org; {Forged}{OfEvil}"))
                {
                    Client = RedTeamSite.UncheckedClient, IsUnjudged = true, Never = "bank.example",
                },
                new("of a client that authenticated", Answer.Delivered, Bytes($"Authentication-Results: mx.exam(x)ple.org; {Forged}{OfEvil}")) { Login = "alice", IsUnjudged = true, Never = "bank.example" },
            ],
        },
        new("an older trusted ARC claim about another From") { Mails = [.. Claims()] },
        new("a command's argument that begins with `@`") { Tests = ["EmailAuth.Cli.Tests/ResponseFileTests.No_command_reads_a_positional_value_as_a_file_of_arguments"] },
        new("report mail: gzip and zip bombs")
        {
            Tests =
            [
                "EmailAuth.Reports.Tests/ReportBombTests.A_bomb_ends_early_with_its_finding", "EmailAuth.Reports.Tests/SignatureTests.An_unsigned_complaint_by_CFBL_must_not_be_processed_and_another_one_may_be",
                "EmailAuth.Reports.Store.Tests/ReportLoopTests.Thirty_addresses_at_the_host_of_a_victim_get_what_the_victim_consents_to",
                "EmailAuth.Reports.Store.Tests/ReportLoopTests.Two_receivers_that_report_to_each_other_cause_no_mail_by_a_report_nor_by_its_bounce",
            ],
        },
        new("text of a message in a page") { Tests = ["EmailAuth.Cli.Tests/OutcomePageTests.Hostile_text_is_inert_and_keeps_the_layout", "EmailAuth.Cli.Tests/HtmlTextTests.A_value_is_escaped"] },
    ];

    private static string OfDomain(string domain) => OfBank.Replace(HostileDns.Bank, domain, StringComparison.Ordinal);

    private static string Strangers(int count) => string.Concat(Enumerable.Range(0, count).Select(i =>
        $"DKIM-Signature: v=1; a=rsa-sha256; d=d{i}.evil.example; s=s{i}; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=YWJj\r\n"));

    private static Mail Removed(string what, string fields) =>
        new(what, Answer.Delivered, Bytes(fields + OfEvil)) { Says = "dmarc=pass header.from=evil.example", Never = "bank.example" };

    // RFC 6376 section 8.15: what people are shown must be what was signed.
    private static IEnumerable<Mail> SecondFields()
    {
        const string covered = "from:to:subject:date:cc:reply-to:content-type:content-transfer-encoding:mime-version";
        var message = OfBank.Replace("To: ", "Cc: c@example.org\r\nReply-To: alice@bank.example\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: 7bit\r\nSender: s@bank.example\r\nTo: ", StringComparison.Ordinal);
        var signed = Text(Signed(message, covered));
        foreach (var field in (string[])
            ["Subject: Pay", "To: x@evil.example", "Cc: x@evil.example", "Reply-To: m@evil.example", "Date: Wed, 25 Nov 2026 12:00:00 +0000", "Content-Type: text/html", "Content-Transfer-Encoding: base64", "MIME-Version: 1.1", "subject : Pay"])
        {
            yield return new(field, Answer.Refused, Bytes($"{field}\r\n{signed}"));
            yield return new($"below: {field}", Answer.Refused, Bytes(signed.Replace("\r\n\r\nHello", $"\r\n{field}\r\n\r\nHello", StringComparison.Ordinal)));
        }

        foreach (var field in (string[])["Message-ID: <2@evil.example>", "Sender: m@evil.example", "Subject: Your statement", "X-Other: y"])
        {
            yield return new(field, Answer.Delivered, Bytes($"{field}\r\n{signed}")) { IsOfBank = true, Says = "dkim=pass" };
        }
    }

    private static IEnumerable<Mail> Claims()
    {
        static string Rename(string message) => message.Replace("From: M <m@evil.example>", "From: Alice <alice@bank.example>", StringComparison.Ordinal);
        var vouched = Sealed(OfEvil, HostileDns.Forwarder, "pass", HostileDns.Evil);
        yield return new("the author changed after the seal", Answer.Refused, Bytes(Rename(vouched)));
        yield return new("the author changed, and sealed by the attacker", Answer.Refused, Bytes(Sealed(vouched, HostileDns.Evil, "pass", HostileDns.Bank, Rename)));
        yield return new("the author changed before another trusted one, which found a failure", Answer.Refused, Bytes(Sealed(vouched, "hop3.example", "fail", HostileDns.Bank, Rename)));
        yield return new("a claim of the attacker's own seal", Answer.Refused, Bytes(Sealed(OfBank, HostileDns.Evil, "pass", HostileDns.Bank)));
        yield return new("the attacker's claim, sealed again by a trusted one that found a failure", Answer.Refused, Bytes(Sealed(Sealed(OfBank, HostileDns.Evil, "pass", HostileDns.Bank), "hop3.example", "fail", HostileDns.Bank)));
        yield return new("a trusted seal about another domain", Answer.Refused, Bytes(Sealed(OfBank, HostileDns.Forwarder, "pass", HostileDns.Evil)));
    }
}
