using System.Text;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>Names in messages: each octet that may begin one, each length at its limit, each place where the message may end.</summary>
public class WireNameTests
{
    private static readonly DomainName Longest = Of(string.Join('.', Enumerable.Repeat("a", 127)));

    [Fact]
    public void A_first_octet_is_a_length_or_a_pointer_or_reserved()
    {
        for (var first = 0; first < 256; first++)
        {
            byte[] message = [0, (byte)first, .. new byte[80]];
            message.AsSpan(2, first is > 0 and < 64 ? first : 0).Fill((byte)'a');
            message[2] = first >= 192 ? (byte)0 : message[2];
            var expected = first switch
            {
                0 => "skipped to 2, read to 2, the root",
                < 64 => $"skipped to {3 + first}, read to {3 + first}, {new string('a', first)}",
                < 192 => "not skipped, not read",
                192 => "skipped to 3, read to 3, the root",
                _ => "skipped to 3, not read", // a pointer forward
            };
            Assert.Equal((first, expected), (first, Outcome(message, 1)));
        }
    }

    [Fact]
    public void A_name_lies_within_its_message()
    {
        byte[] message = [1, (byte)'a', 0, 3, (byte)'b', (byte)'c', (byte)'d', 63, .. Enumerable.Repeat((byte)'e', 63), 0xc0, 0];
        Assert.Equal($"skipped to {message.Length}, read to {message.Length}, bcd.{new string('e', 63)}.a", Outcome(message, 3));
        for (var length = 0; length < message.Length; length++)
        {
            Assert.Equal((length, "not skipped, not read"), (length, Outcome(message[..length], 3)));
            Assert.False(WireName.IsEqual(message.AsSpan(0, length), 3, Of($"bcd.{new string('e', 63)}.a")));
        }

        byte[] plain = [1, (byte)'a', 1, (byte)'b', 0];
        Assert.True(WireName.IsEqual(plain, 0, Of("a.b")));
        for (var length = 0; length < plain.Length; length++)
        {
            Assert.Equal((length, "not skipped, not read"), (length, Outcome(plain[..length], 0)));
            Assert.False(WireName.IsEqual(plain.AsSpan(0, length), 0, Of("a.b")));
        }
    }

    // RFC 1035 section 2.3.4: 255 octets with the lengths and the root.
    [Theory]
    [InlineData(61, true)]
    [InlineData(62, false)]
    public void A_name_has_255_octets_at_most(int last, bool isName)
    {
        byte[] message = [.. LoopbackDnsServer.Name($"{new string('a', 63)}.{new string('b', 63)}.{new string('c', 63)}.{new string('d', last)}")];
        Assert.Equal(isName ? 255 : 256, message.Length);
        var text = $"{new string('a', 63)}.{new string('b', 63)}.{new string('c', 63)}.{new string('d', last)}";
        Assert.Equal(isName ? $"skipped to 255, read to 255, {text}" : "skipped to 256, not read", Outcome(message, 0));
        if (isName)
        {
            Assert.True(WireName.IsEqual(message, 0, Of(text)));
        }
    }

    [Theory]
    [InlineData(127, true)]
    [InlineData(128, false)]
    public void A_name_has_127_labels_at_most(int labels, bool isName)
    {
        byte[] message = [.. Enumerable.Repeat<byte[]>([1, (byte)'a'], labels).SelectMany(static label => label), 0];
        Assert.Equal(isName ? $"skipped to 255, read to 255, {Longest}" : "skipped to 257, not read", Outcome(message, 0));
        Assert.Equal(isName, WireName.IsEqual(message, 0, Longest));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(126, true)]
    [InlineData(127, true)]
    [InlineData(128, false)]
    [InlineData(1000, false)]
    public void A_name_has_127_pointers_at_most(int pointers, bool isName)
    {
        byte[] message = [1, (byte)'a', 0, .. Enumerable.Range(0, pointers).SelectMany(i => PointerTo(i == 0 ? 0 : 3 + (2 * (i - 1))))];
        var at = message.Length - 2;
        Assert.Equal(isName ? $"skipped to {at + 2}, read to {at + 2}, a" : $"skipped to {at + 2}, not read", Outcome(message, at));
        Assert.Equal(isName, WireName.IsEqual(message, at, Of("a")));
    }

    // RFC 1035 section 4.1.4: to a prior occurrence, which is before all that was read since the last pointer.
    [Theory]
    [InlineData(0, "skipped to 9, read to 9, b.c.a")]
    [InlineData(2, "skipped to 9, read to 9, b.c")]
    [InlineData(3, "skipped to 9, not read")] // where this name starts
    [InlineData(4, "skipped to 9, not read")]
    [InlineData(5, "skipped to 9, not read")]
    [InlineData(7, "skipped to 9, not read")] // itself
    [InlineData(9, "skipped to 9, not read")]
    public void A_pointer_leads_back(int target, string expected)
    {
        byte[] message = [1, (byte)'a', 0, 1, (byte)'b', 1, (byte)'c', .. PointerTo(target), 0];
        Assert.Equal(expected, Outcome(message, 3));
        Assert.Equal(expected.EndsWith("b.c.a", StringComparison.Ordinal), WireName.IsEqual(message, 3, Of("b.c.a")));
    }

    [Theory]
    [InlineData(0x40)]
    [InlineData(0x7f)]
    [InlineData(0x80)]
    [InlineData(0xbf)]
    public void Reserved_bits_behind_a_pointer_are_malformed(byte reserved)
    {
        byte[] message = [reserved, .. new byte[200], .. PointerTo(0)];
        Assert.Equal("skipped to 203, not read", Outcome(message, 201));
        Assert.False(WireName.IsEqual(message, 201, Of("a")));
    }

    [Fact]
    public void What_a_pointer_leads_to_lies_within_the_message_too()
    {
        byte[] message = [1, (byte)'a', .. PointerTo(0)]; // a name that goes on with a pointer to itself
        Assert.Equal("skipped to 4, not read", Outcome(message, 2));
        Assert.False(WireName.IsEqual([1, (byte)'a', 0xc0], 0, Of("a")));
        Assert.False(WireName.IsEqual([1, (byte)'a'], 0, Of("a")));
        Assert.False(WireName.IsEqual([2, (byte)'a'], 0, Of("a")));
        Assert.False(WireName.IsEqual([1], 0, Of("a")));
        Assert.False(WireName.IsEqual([], 0, Of("a")));
        Assert.False(WireName.IsEqual([1, (byte)'a', 0], 3, Of("a")));
    }

    // RFC 4343: letters alone have two cases.
    [Fact]
    public void Only_the_case_of_letters_does_not_count()
    {
        for (var octet = 0; octet < 256; octet++)
        {
            for (var c = '!'; c <= '~'; c++)
            {
                if (c is '.' or (>= 'A' and <= 'Z'))
                {
                    continue;
                }

                var isEqual = octet == c || (c is >= 'a' and <= 'z' && octet == c - 0x20);
                Assert.True(isEqual == WireName.IsEqual([2, (byte)octet, (byte)'x', 0], 0, Of($"{c}x")), $"{octet} and {c}");
            }
        }
    }

    [Fact]
    public void A_name_that_no_DomainName_can_hold_is_read_as_null()
    {
        for (var octet = 0; octet < 256; octet++)
        {
            byte[] message = [3, (byte)'a', (byte)octet, (byte)'b', 2, (byte)'c', (byte)'d', 0];
            var text = $"a{(char)octet}b.cd";
            var name = octet == '.' ? null : DomainName.ParseDnsName(text).Value;
            Assert.Equal((octet, $"skipped to 8, read to 8, {name?.ToString() ?? "-"}"), (octet, Outcome(message, 0)));
            Assert.Equal((octet, octet is >= ' ' and <= '~' and not '.'), (octet, name is not null));
        }
    }

    [Theory]
    [InlineData("a", "0161", true)]
    [InlineData("a.b", "01610162", true)]
    [InlineData("a.b", "0161", false)]
    [InlineData("a", "01610162", false)]
    [InlineData("a.b", "03612e62", false)] // a dot within a label
    [InlineData("ab", "0161", false)]
    [InlineData("a", "026162", false)]
    [InlineData("a.b", "01620161", false)]
    [InlineData("a", "", false)]
    public void Names_are_equal_label_by_label(string name, string hex, bool isEqual) =>
        Assert.Equal(isEqual, WireName.IsEqual([.. Convert.FromHexString(hex), 0], 0, Of(name)));

    [Fact]
    public void A_name_is_written_with_its_lengths()
    {
        foreach (var text in new[] { "a", "a.example", "_dmarc.example.com", $"{new string('a', 63)}.{new string('b', 63)}.{new string('c', 63)}.{new string('d', 61)}", Longest.ToString() })
        {
            var wire = Enumerable.Repeat((byte)0xee, WireName.MaxLength).ToArray();
            var length = WireName.Write(Of(text), wire);
            Assert.Equal(LoopbackDnsServer.Name(text), wire[..length]);
            Assert.All(wire[length..], static octet => Assert.Equal(0xee, octet));
        }

        Assert.Equal(255, WireName.MaxLength);
    }

    private static byte[] PointerTo(int target) => [(byte)(0xc0 | (target >> 8)), (byte)target];

    private static DomainName Of(string text) => DomainName.ParseDnsName(text).Value!;

    private static string Outcome(byte[] message, int at)
    {
        var skipped = at;
        var isSkipped = WireName.TrySkip(message, ref skipped);
        var read = at;
        var isRead = WireName.TryRead(message, ref read, out var name, out var isRoot);
        Assert.True(isRead || (read == at && name is null && !isRoot), "a name that is not read changes nothing");
        var text = new StringBuilder(isSkipped ? $"skipped to {skipped}" : "not skipped");
        return text.Append(isRead ? $", read to {read}, {(isRoot ? "the root" : name?.ToString() ?? "-")}" : ", not read").ToString();
    }
}
