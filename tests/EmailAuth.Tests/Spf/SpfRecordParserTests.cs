using System.Globalization;
using System.Net;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>The grammar of RFC 7208 section 12 at each of its places.</summary>
public class SpfRecordParserTests
{
    private static readonly string[] Mechanisms = ["a", "mx", "ip4", "ip6", "all", "ptr", "exists", "include"];

    [Fact]
    public void What_is_one_character_away_from_a_record_is_as_approved() => ApprovedPage.Verify(
        "spf",
        "records.txt",
        new[]
        {
            "v=spf1 +a:b.c/9//10", "v=spf1 mx//64 ?all", "v=spf1 -ip4:1.20.255.0/24", "v=spf1 ~ip6:a::9:1.2.3.4/64", "v=spf1 include:%{d2}.x",
            "v=spf1 exists:%{Lr-}.a-1", "v=spf1 ptr ptr:q.r.", "v=spf1 redirect=a.b exp=%%.c", "v=spf1 a-_.9=%{t}/z",
        }.SelectMany(record => OneCharacterEdits.Outcomes(record, "09g:/.=%}- ", Outcome)));

    [Fact]
    public void A_prefix_length_has_one_to_three_digits_and_no_leading_zero()
    {
        foreach (var (term, most) in new[] { ("a/", 32), ("mx:x.example/", 32), ("a//", 128), ("mx/7//", 128), ("ip4:192.0.2.0/", 32), ("ip6:2001:db8::/", 128) })
        {
            for (var number = 0; number <= 300; number++)
            {
                foreach (var digits in new[] { $"{number}", $"0{number}", $"{number}0", $"00{number}", $"1000{number}" })
                {
                    var value = long.Parse(digits, CultureInfo.InvariantCulture);
                    var isPrefix = value <= most && digits == value.ToString(CultureInfo.InvariantCulture);
                    var record = SpfRecord.Parse($"v=spf1 {term}{digits}");
                    Assert.True(isPrefix == record.IsSuccess, $"{term}{digits}: {record.Error}");
                    if (isPrefix)
                    {
                        var mechanism = record.Value!.Mechanisms[0];
                        Assert.Equal(value, most == 32 ? mechanism.PrefixLengthIPv4 : mechanism.PrefixLengthIPv6);
                        Assert.Equal(term.StartsWith("mx/7", StringComparison.Ordinal) ? 7 : most == 32 ? 128 : 32, most == 32 ? mechanism.PrefixLengthIPv6 : mechanism.PrefixLengthIPv4);
                    }
                    else
                    {
                        Assert.Equal(
                            (SyntaxErrorCode.OutOfRange, 7 + term.Length, $"a prefix length must be a number from 0 to {most} (RFC 7208 section 5.6)"),
                            (record.Error!.Code, record.Error.Position, record.Error.Reason));
                    }
                }
            }
        }
    }

    [Fact]
    public void Each_number_of_an_IPv4_network_is_0_to_255()
    {
        for (var place = 0; place < 4; place++)
        {
            for (var number = 0; number <= 1000; number++)
            {
                foreach (var digits in new[] { $"{number}", $"0{number}" })
                {
                    string[] parts = ["1", "22", "203", "4"];
                    parts[place] = digits;
                    var network = string.Join('.', parts);
                    var record = SpfRecord.Parse($"v=spf1 ip4:{network}");
                    Assert.True(((number <= 255 && digits[0] != '0') || digits == "0") == record.IsSuccess, network);
                    if (record.Value is { } value)
                    {
                        Assert.Equal(network, value.Mechanisms[0].Network!.ToString());
                        Assert.Equal(parts.Aggregate(0u, (bits, part) => (bits * 256) + uint.Parse(part, CultureInfo.InvariantCulture)), value.Mechanisms[0].NetworkIPv4);
                    }
                    else
                    {
                        Assert.Equal((SyntaxErrorCode.Malformed, 11, "not a valid IPv4 network (RFC 7208 section 5.6)"), (record.Error!.Code, record.Error.Position, record.Error.Reason));
                    }
                }
            }
        }
    }

    [Fact]
    public void A_prefix_length_decides_which_bits_of_a_network_count()
    {
        for (var length = 0; length <= 128; length++)
        {
            var ip6 = SpfRecord.Parse($"v=spf1 ip6:f0f1:f2f3:f4f5:f6f7:f8f9:fafb:fcfd:feff/{length}").Value!.Mechanisms[0];
            var all = UInt128.Parse("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Assert.Equal(length == 0 ? UInt128.Zero : all >> (128 - length) << (128 - length), ip6.NetworkIPv6);
            Assert.Equal((IPAddress.Parse("f0f1:f2f3:f4f5:f6f7:f8f9:fafb:fcfd:feff"), 32, length, 0u), (ip6.Network, ip6.PrefixLengthIPv4, ip6.PrefixLengthIPv6, ip6.NetworkIPv4));
            if (length <= 32)
            {
                var ip4 = SpfRecord.Parse($"v=spf1 ip4:241.242.243.247/{length}").Value!.Mechanisms[0];
                Assert.Equal(length == 0 ? 0 : 0xf1f2f3f7 >> (32 - length) << (32 - length), ip4.NetworkIPv4);
                Assert.Equal((IPAddress.Parse("241.242.243.247"), length, 128, UInt128.Zero), (ip4.Network, ip4.PrefixLengthIPv4, ip4.PrefixLengthIPv6, ip4.NetworkIPv6));
            }
        }
    }

    // Section 4.6.1: name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
    [Fact]
    public void The_name_of_a_modifier_has_these_characters()
    {
        const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        Assert.Equal(Ordered(Letters), Accepted(c => $"v=spf1 {c}=x", (char)0x100));
        Assert.Equal(Ordered(Letters + "0123456789-_."), Accepted(c => $"v=spf1 q{c}=x", (char)0x100).Where(c => c != '='));
        Assert.Equal(Ordered(Letters + "0123456789-_."), Accepted(c => $"v=spf1 qz{c}1=x", (char)0x100).Where(c => c != '='));
        foreach (var name in Ordered(Letters + "0123456789-_.").Select(c => $"q{c}"))
        {
            Assert.Equal((name, "y", 8), (SpfRecord.Parse($"v=spf1  {name}=y").Value!.Modifiers.Single() is var one ? (one.Name, one.Value, one.Position) : default));
        }
    }

    [Fact]
    public void A_qualifier_is_one_of_four_characters()
    {
        Assert.Equal(Ordered(" +-?~"), Accepted(c => $"v=spf1 {c}all", (char)0x100));
        Assert.Equal(
            [SpfResultCode.Pass, SpfResultCode.Fail, SpfResultCode.SoftFail, SpfResultCode.Neutral, SpfResultCode.Pass],
            SpfRecord.Parse("v=spf1 +all -all ~all ?all all").Value!.Mechanisms.Select(one => one.ResultOnMatch));
    }

    [Fact]
    public void Each_name_of_a_mechanism_is_read_in_any_case_and_no_other_name()
    {
        var letters = Enumerable.Range(0, 0x80).Select(c => (char)c).Where(c => c is not (' ' or ':' or '/' or '=')).ToArray();
        foreach (var name in Mechanisms)
        {
            foreach (var variant in Enumerable.Range(0, name.Length).SelectMany(i => letters.Select(c => name[..i] + c + name[(i + 1)..]))
                .Concat(Enumerable.Range(0, name.Length).Select(i => name.Remove(i, 1))).Concat(letters.Select(c => name + c)).Append(name.ToUpperInvariant()).Where(one => one.Length > 0))
            {
                var read = new[] { "", ":a.example", ":192.0.2.1", ":::1" }.Select(rest => SpfRecord.Parse($"v=spf1 {variant}{rest}")).ToArray();
                var bare = variant.Length > 0 && "+-?~".Contains(variant[0], StringComparison.Ordinal) ? variant[1..] : variant;
                var isKnown = Mechanisms.Contains(bare, StringComparer.OrdinalIgnoreCase);
                Assert.True(isKnown == read.Any(one => one.IsSuccess), variant);
                Assert.Equal(isKnown, !read.All(one => one.Error is { Code: SyntaxErrorCode.Unsupported, Reason: "not a known mechanism (RFC 7208 section 4.6.1)" }));
                foreach (var mechanism in read.Where(one => one.IsSuccess).Select(one => one.Value!.Mechanisms.Single()))
                {
                    Assert.Equal(bare, mechanism.Kind.ToString(), ignoreCase: true);
                }
            }
        }
    }

    [Fact]
    public void An_IPv6_network_has_hexadecimal_digits()
    {
        const string Digits = "0123456789abcdefABCDEF";
        Assert.Equal(Ordered(Digits + "/"), Accepted(c => $"v=spf1 ip6:2001:db8::{c}9", (char)0x100));
        Assert.Equal(Ordered(Digits), Accepted(c => $"v=spf1 ip6:{c}::", (char)0x100).Where(c => c != ':'));
        Assert.Equal(Ordered("0123456789"), Accepted(c => $"v=spf1 ip6:::{c}.2.3.4", (char)0x100));
        Assert.Equal(Ordered("0123456789"), Accepted(c => $"v=spf1 ip4:1.2.3.{c}", (char)0x100));

        // RFC 4291 section 2.2: the last 32 bits may be written as an IPv4 address, whose numbers have no leading zeros.
        string[] networks = ["::1.2.3.0", "::1.2.3.4", "::1.2.3.04", "::1.2.3.00", "::01.2.3.4", "::1.2.3.256", "::1.2.3", "::1.2.3.4.5"];
        Assert.Equal(["::1.2.3.0", "::1.2.3.4"], networks.Where(static network => SpfRecord.Parse("v=spf1 ip6:" + network).IsSuccess));
    }

    private static string Outcome(string text, int edit)
    {
        var parsed = SpfRecord.Parse(text);
        if (!parsed.IsSuccess)
        {
            return OneCharacterEdits.Error(parsed.Error, text, edit);
        }

        Assert.All(parsed.Value.Terms, term => Assert.Equal(text.Substring(term.Position, term.Length), term.ToString()));
        Assert.Equal((text, text), (parsed.Value.Text, parsed.Value.ToString()));
        return string.Join("; ", parsed.Value.Terms.Select(term => Describe(term, parsed.Value)));
    }

    private static string Describe(SpfTerm term, SpfRecord record)
    {
        var spec = term.Target is null ? "" : $" <{string.Join('|', term.Target.Macros.Parts.Select(Describe))}> {term.TargetName?.ToString() ?? "no name"}";
        return term is SpfMechanism mechanism
            ? $"{mechanism.Kind} {mechanism.ResultOnMatch.Keyword()} {mechanism.PrefixLengthIPv4} {mechanism.PrefixLengthIPv6}"
                + (mechanism.Network is null ? spec : $" {mechanism.Network} {mechanism.NetworkIPv4:x} {mechanism.NetworkIPv6:x}")
            : $"{((SpfModifier)term).Name}={((SpfModifier)term).Value}{spec}{(term == record.Redirect ? " leads on" : term == record.Explanation ? " explains" : "")}";
    }

    internal static string Describe(SpfMacroPart part) =>
        part.Literal ?? $"{{{part.Letter}{(part.IsEscaped ? "!" : "")}{part.PartCount}{(part.IsReversed ? "r" : "")}{part.Delimiters}{(part.IsSplit ? "" : "=")}}}";

    private static IEnumerable<char> Accepted(Func<char, string> record, char end) =>
        Enumerable.Range(0, end).Select(c => (char)c).Where(c => SpfRecord.Parse(record(c)).IsSuccess);

    private static IEnumerable<char> Ordered(string characters) => characters.Order();
}
