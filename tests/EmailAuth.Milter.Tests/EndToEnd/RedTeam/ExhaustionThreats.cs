using System.Globalization;
using static EmailAuth.Milter.Tests.EndToEnd.RedTeam.Writing;

namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>Rows of those who want the receiver to work itself to death, and to let a forged mail in because it could not finish.</summary>
internal static class ExhaustionThreats
{
    private static readonly string[] Costly =
        ["circle.evil.example", "voids.evil.example", "r0.evil.example", "wide.evil.example", "mx.evil.example", "ptr.evil.example", "long.evil.example", "macro.evil.example"];

    public static IEnumerable<Threat> All =>
    [
        new("SPF: include loops")
        {
            Mails =
            [
                .. Costly.Select(domain => new Mail($"the bank's name from {domain}", Answer.Refused, Bytes(OfBank)) { From = $"<{new string('a', 60)}@{domain}>" }),
                .. Costly.Select(domain => new Mail($"a HELO name of {domain}", Answer.Refused, Bytes(OfBank)) { From = "<>", Helo = domain }),
                new("in its own name", Answer.Delivered, SignedBy(HostileDns.Evil, OfEvil)) { From = "<m@circle.evil.example>", Says = "spf=permerror" },
            ],
            Tests = ["EmailAuth.Tests/ExhaustionTests.Records_of_60_KB_cost_no_more_than_their_length"],
        },
        new("1,000 DKIM signatures")
        {
            Mails =
            [
                new("a thousand of the bank's name", Answer.Refused, Bytes(string.Concat(Enumerable.Repeat(SignatureField("d=bank.example; s=s"), 1_000)) + OfBank)),
                new("a thousand selectors", Answer.Refused, Bytes(string.Concat(Enumerable.Range(0, 1_000).Select(i => SignatureField($"d=bank.example; s=s{i}"))) + OfBank)),
                .. ((string[])["key-huge", "key-exponent", "key-low"]).Select(name => new Mail(
                    name, Answer.Refused, SignedBy($"{name}.example", OfDomain($"{name}.example"), edit: name == "key-low" ? value => value.Replace("rsa-sha256", "ed25519-sha256", StringComparison.Ordinal) : null))),
            ],
            Tests = ["EmailAuth.Tests/ExhaustionTests.Of_1000_signatures_the_first_ten_are_checked_with_one_lookup_and_the_rest_reported"],
        },
        new("`h=` with 10,000 names") { Mails = [.. Long()], Tests = ["EmailAuth.Tests/ExhaustionTests.A_field_of_10_MB_ends_in_permerror_with_the_limit_named", "EmailAuth.Milter.Tests/MilterMemoryTests.A_body_of_100_MB_is_not_stored"] },
        new("ARC: 51 sets") { Mails = [.. Chains()] },
        new("DNS: CNAME loops")
        {
            Mails =
            [
                .. ((string[])["loop.evil.example", "pool.evil.example", "lies.example", "x.lies.example", "garbage.example", "truncated.example", "thousand.evil.example", "lame.evil.example"])
                    .Select(domain => new Mail($"the bank's name from {domain}", Answer.Refused, Bytes(OfBank)) { From = $"<m@{domain}>" }),
                .. ((string[])["lies.example", "garbage.example", "lame.evil.example"])
                    .Select(domain => new Mail($"a signature of {domain}", Answer.Refused, SignedBy(domain, OfBank))),
                new("a silent server", Answer.Refused, Bytes(OfBank)) { From = "<m@silent.example>" },
                new("a silent server of HELO", Answer.Refused, Bytes(OfBank)) { From = "<>", Helo = "mail.silent.example" },
            ],
            Tests = ["EmailAuth.Tests/StubResolverTests.An_answer_truncated_over_TCP_is_malformed"],
        },
        new("author domain with 127 labels")
        {
            Mails = [new("below the bank", Answer.Refused, Bytes(OfDomain(string.Concat(Enumerable.Repeat("a.", 115)) + HostileDns.Bank)))],
        },
        new("XML and SVG: entity bombs")
        {
            Tests =
            [
                "EmailAuth.Tests/SvgTinyPsTests.A_DTD_ends_the_reading", "EmailAuth.Tests/SvgTinyPsTests.Depth_size_and_violations_are_limited",
                "EmailAuth.Reports.Tests/ReportBombTests.A_bomb_ends_early_with_its_finding",
            ],
        },
        new("milter peer: packet lengths of 0 or 4 GB")
        {
            Tests =
            [
                "EmailAuth.Milter.Protocol.Tests/MilterPacketReaderTests.A_length_that_no_packet_can_have_loses_the_stream",
                "EmailAuth.Milter.Protocol.Tests/ProtocolViolationTests.Random_packets_never_throw_and_never_block",
                "EmailAuth.Milter.Tests/MilterServiceTests.After_any_prefix_of_a_dialogue_the_next_connection_is_served",
                "EmailAuth.Milter.Tests/MilterMemoryTests.Two_thousand_idle_connections_use_little_memory_and_do_not_delay_others",
                "EmailAuth.Milter.Tests/RedTeamTests.Clients_that_leave_at_every_point_leave_the_others_alone",
            ],
        },
    ];

    private static string SignatureField(string tags) =>
        $"DKIM-Signature: v=1; a=rsa-sha256; {tags}; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=YWJj\r\n";

    private static string OfDomain(string domain) => OfBank.Replace(HostileDns.Bank, domain, StringComparison.Ordinal);

    private static IEnumerable<Mail> Long()
    {
        yield return new("ten thousand names", Answer.Refused, WithSignatureField($"d=bank.example; s=s; h=from{string.Concat(Enumerable.Repeat(":x", 10_000))}", OfBank));
        yield return new("a hundred thousand fields", Answer.Refused, Bytes(string.Concat(Enumerable.Repeat("X: y\r\n", 100_000)) + OfBank));
        yield return new("a hundred thousand fields in its own name, forged results below", Answer.Refused, Bytes(
            string.Concat(Enumerable.Repeat("X: y\r\n", 10_001)) + "Authentication-Results: mx.example.org; dmarc=pass header.from=bank.example\r\n" + OfEvil));
        yield return new("a header of 3 MB", Answer.Refused, Bytes(string.Concat(Enumerable.Repeat($"X: {new string('y', 900)}\r\n", 3_400)) + OfEvil));
        yield return new("a field of 10 MB before From", Answer.Refused, Bytes("X: " + string.Concat(Enumerable.Repeat($"{new string('y', 900)}\r\n ", 11_000)) + "z\r\n" + OfBank));
        yield return new("a body of one line", Answer.Refused, Bytes(OfBank + new string('x', 10_000_000)));
        yield return new("a body of empty lines", Answer.Delivered, Bytes(OfEvil + string.Concat(Enumerable.Repeat("\r\n", 500_000)))) { Says = "dmarc=pass" };
        yield return new("a body of spaces", Answer.Delivered, Signed(OfBank + new string(' ', 900) + "\r\n")) { IsOfBank = true, Says = "dkim=pass" };
    }

    // Chains by which the attacker wants the forwarder's word for the bank's name.
    private static IEnumerable<Mail> Chains()
    {
        var one = Sealed(OfBank, HostileDns.Forwarder, "fail", HostileDns.Bank);
        string[] fields = ["ARC-Seal: i=1;", "ARC-Message-Signature: i=1;", "ARC-Authentication-Results: i=1;"];
        string Renumbered(string number) => fields.Aggregate(one, (text, field) => text.Replace(field, field.Replace("i=1;", $"i={number};", StringComparison.Ordinal), StringComparison.Ordinal));
        string SetOf(int number) => string.Create(
            CultureInfo.InvariantCulture,
            $"ARC-Seal: i={number}; a=rsa-sha256; cv=pass; d=hop1.example; s=s; b=YWJj\r\nARC-Message-Signature: i={number}; a=rsa-sha256; d=hop1.example; s=s; h=from; bh=YWJj; b=YWJj\r\n"
            + $"ARC-Authentication-Results: i={number}; mx.hop1.example; dmarc=pass header.from=bank.example\r\n");
        var passed = one.Replace("dmarc=fail", "dmarc=pass", StringComparison.Ordinal);
        foreach (var (what, message) in ((string, string)[])
            [
                ("fifty-one sets", string.Concat(Enumerable.Range(2, 50).Reverse().Select(SetOf)) + one), ("fifty sets of nobody", string.Concat(Enumerable.Range(1, 50).Reverse().Select(SetOf)) + OfBank),
                ("a gap", SetOf(3) + one), ("a set twice", SetOf(1) + one), ("the same set twice", one[..one.IndexOf("From:", StringComparison.Ordinal)] + one),
                ("a huge number", Renumbered("99999999999999999999")), ("number 0", Renumbered("0")), ("number 01", Renumbered("01")), ("a negative number", Renumbered("-1")),
                ("another result than was sealed", passed), ("no seal", one[one.IndexOf("ARC-Message-Signature", StringComparison.Ordinal)..]),
            ])
        {
            yield return new(what, Answer.Refused, Bytes(message)) { Client = HostileDns.EvilAddress };
        }
    }
}
