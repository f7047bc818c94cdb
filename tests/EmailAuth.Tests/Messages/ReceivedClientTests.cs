using System.Text;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>The client in the "from" clause: each form of an address, and each kind of a comment.</summary>
public class ReceivedClientTests
{
    [Fact]
    public void Each_edit_of_an_address_is_read_as_the_page_says() => EditedReadings.Check(
        "received-addresses.txt",
        "[]:.%/09Ia ",
        ["192.0.2.1", "[192.0.2.1]", "[192.0.2.1]:25", "IPv6:2001:db8::1", "[IPv6:2001:db8::1]:9", "[::ffff:192.0.2.1]"],
        (text, _) => [new("address", ReceivedClient.AddressOf(text)?.ToString())]);

    [Fact]
    public void Each_edit_of_a_clause_names_a_client_as_the_page_says() => EditedReadings.Check(
        "received-clients.txt",
        " ([]=@",
        [
            "from [192.0.2.1] (helo=x [203.0.113.5])",
            "from 192.0.2.1 (port=4 helo=[203.0.113.5] [192.0.2.1])",
            "from a ([192.0.2.1] x) (b [192.0.2.1])",
            "from a (EHLO b) (c@d@192.0.2.1)",
            "from unknown (unknown [192.0.2.1] helo=b)",
            "from a [192.0.2.1] [192.0.2.2] (b)",
        ],
        (text, _) => ReceivedReaderTests.Readings(Read(text)));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("256.0.0.1", null)]
    [InlineData("1", null)]
    [InlineData("1.2.3", null)]
    [InlineData("010.0.0.1", null)]
    [InlineData("0x1.0.0.1", null)]
    [InlineData("", null)]
    [InlineData("[]", null)]
    [InlineData("[", null)]
    [InlineData("]", null)]
    [InlineData("192.0.2.1]", null)]
    [InlineData("[192.0.2.1", null)]
    [InlineData("[192.0.2.1]", "192.0.2.1")]
    [InlineData("[192.0.2.1]:", "192.0.2.1")]
    [InlineData("[192.0.2.1]:0", "192.0.2.1")]
    [InlineData("[192.0.2.1]:0123456789", "192.0.2.1")]
    [InlineData("[192.0.2.1]:/", null)]
    [InlineData("[192.0.2.1]::", null)]
    [InlineData("[192.0.2.1]:1a", null)]
    [InlineData("[192.0.2.1];1", null)]
    [InlineData("[192.0.2.1]1", null)]
    [InlineData("[192.0.2.1]]", null)]
    [InlineData("[192.0.2.1].", null)]
    [InlineData("192.0.2.1:25", null)]
    [InlineData("::1", "::1")]
    [InlineData("[::1]", "::1")]
    [InlineData("[::1]:25", "::1")]
    [InlineData("IPv6:::1", "::1")]
    [InlineData("ipV6:::1", "::1")]
    [InlineData("[IPv6:2001:DB8::1]", "2001:db8::1")]
    [InlineData("IPv4:192.0.2.1", null)]
    [InlineData("IPv6:192.0.2.1", "192.0.2.1")]
    [InlineData("IPv6:IPv6:::1", null)]
    [InlineData("IPv6:", null)]
    [InlineData("IPv6:[::1]", null)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("::fffe:192.0.2.1", "::fffe:c000:201")]
    [InlineData("::192.0.2.1", "::192.0.2.1")]
    [InlineData("fe80::1%4", "fe80::1%4")]
    [InlineData("(192.0.2.1)", null)]
    [InlineData(" 192.0.2.1", null)]
    public void Each_form_of_an_address(string text, string? address) => Assert.Equal(address, ReceivedClient.AddressOf(text)?.ToString());

    // HELO name, name of the address, address, address that the server wrote; "-" for null; "?" where there are two readings.
    [Theory]
    [InlineData("from a ()", "a - - -")]
    [InlineData("from a ( \t)", "a - - -")]
    [InlineData("from a (HELO)", "a - - -")]
    [InlineData("from a (HELO) (HELO b)", "b a - -")]
    [InlineData("from a (helo b)", "b a - -")]
    [InlineData("from a (ehlo b c)", "b a - -")]
    [InlineData("from a (EHLO\r\n\tb)", "b a - -")]
    [InlineData("from a (HELO b) (EHLO c)", "b a - -")]
    [InlineData("from a (XHLO b)", "a - - -")]
    [InlineData("from a (HELO [192.0.2.1])", "[192.0.2.1] a - -")]
    [InlineData("from a (HELO b [192.0.2.1])", "b a - -")]
    [InlineData("from a (HELO b helo=c)", "b a - -")]
    [InlineData("from 192.0.2.1 (HELO b)", "b - 192.0.2.1 192.0.2.1")]
    [InlineData("from 192.0.2.1", "192.0.2.1 - 192.0.2.1 -")]
    [InlineData("from 192.0.2.1 (b)", "192.0.2.1 - 192.0.2.1 -")]
    [InlineData("from unknown (HELO UNKNOWN)", "UNKNOWN - - -")]
    [InlineData("from Unknown (b [192.0.2.1])", "- b 192.0.2.1 192.0.2.1")]
    [InlineData("from a (UNKNOWN [192.0.2.1])", "a - 192.0.2.1 192.0.2.1")]
    [InlineData("from a (unknow [192.0.2.1])", "a unknow 192.0.2.1 192.0.2.1")]
    [InlineData("from a (unknown. [192.0.2.1])", "a - 192.0.2.1 192.0.2.1")]
    [InlineData("from a (b 192.0.2.1)", "a - - -")]
    [InlineData("from a (192.0.2.1 b)", "a - - -")]
    [InlineData("from a ([192.0.2.1] b)", "a - 192.0.2.1 192.0.2.1")]
    [InlineData("from a ([192.0.2.1]:25 b c)", "a - 192.0.2.1 192.0.2.1")]
    [InlineData("from a ([192.0.2.300] [192.0.2.1])", "?a")]
    [InlineData("from a ([192.0.2.300] b)", "a - - -")]
    [InlineData("from a (b c [192.0.2.1])", "a - - -")]
    [InlineData("from a (b [192.0.2.1] c)", "a b 192.0.2.1 192.0.2.1")]
    [InlineData("from a (b=c [192.0.2.1])", "a - - -")]
    [InlineData("from a (b<c [192.0.2.1])", "a b<c 192.0.2.1 192.0.2.1")]
    [InlineData("from a (j@b [192.0.2.1])", "a b 192.0.2.1 192.0.2.1")]
    [InlineData("from a (j@k@b. [192.0.2.1])", "a b 192.0.2.1 192.0.2.1")]
    [InlineData("from a (@192.0.2.1)", "a - 192.0.2.1 192.0.2.1")]
    [InlineData("from a (192.0.2.1@)", "a - - -")]
    [InlineData("from a (b [192.0.2.1]) (c [192.0.2.1])", "a b 192.0.2.1 192.0.2.1")]
    [InlineData("from a (b [192.0.2.1]) (192.0.2.1)", "a b 192.0.2.1 192.0.2.1")]
    [InlineData("from a (192.0.2.1) (b [192.0.2.1])", "a b 192.0.2.1 192.0.2.1")]
    [InlineData("from a (b [192.0.2.1]) (c [192.0.2.2])", "?a b")]
    [InlineData("from a (b [192.0.2.1]) (::ffff:192.0.2.1)", "a b 192.0.2.1 192.0.2.1")]
    [InlineData("from a (b [192.0.2.1] [)", "?a b")]
    [InlineData("from a ([ [)", "?a")]
    [InlineData("from a ([)", "a - - -")]
    [InlineData("from a ([192.0.2.1] helo=[b])", "[b] a 192.0.2.1 192.0.2.1")]
    [InlineData("from a ([192.0.2.1] HELO=[b])", "[b] a 192.0.2.1 192.0.2.1")]
    [InlineData("from a ([192.0.2.1] helo=[b] [)", "?[b] a")]
    [InlineData("from a ([192.0.2.1] helo=b [)", "?b a")]
    [InlineData("from a ([192.0.2.1],helo=[b])", "?a")]
    [InlineData("from a (helo=[b])", "[b] a - -")]
    [InlineData("from a (helo=[b] [192.0.2.1])", "?[b] a")]
    [InlineData("from a (helo=)", "a - - -")]
    [InlineData("from a (helo= helo=b)", "b a - -")]
    [InlineData("from a (helo=b helo=c)", "b a - -")]
    [InlineData("from a (xhelo=b)", "a - - -")]
    [InlineData("from a (hel=b)", "a - - -")]
    [InlineData("from a (port=1 ident=x helo=b.)", "b a - -")]
    [InlineData("from [192.0.2.1] (helo=b)", "b - 192.0.2.1 192.0.2.1")]
    [InlineData("from [192.0.2.1] (helo=)", "[192.0.2.1] - 192.0.2.1 -")]
    [InlineData("from [192.0.2.1] (helo=b) (192.0.2.2)", "?b -")]
    [InlineData("from [192.0.2.1] (helo=b) (192.0.2.1)", "b - 192.0.2.1 192.0.2.1")]
    [InlineData("from [192.0.2.1] (helo=b) [192.0.2.2]", "?b")]
    [InlineData("from [192.0.2.1] (helo=b) [192.0.2.1]", "b - 192.0.2.1 192.0.2.1")]
    [InlineData("from [192.0.2.1] (helo=) [192.0.2.2]", "?[192.0.2.1]")]
    [InlineData("from [192.0.2.1] (HELO b) [192.0.2.2]", "b - 192.0.2.2 192.0.2.1")]
    [InlineData("from [192.0.2.1] (192.0.2.2)", "[192.0.2.1] - 192.0.2.2 192.0.2.2")]
    [InlineData("from a [192.0.2.1]", "a - 192.0.2.1 -")]
    [InlineData("from a [192.0.2.1] [192.0.2.2]", "a - 192.0.2.1 -")]
    [InlineData("from a [x] [192.0.2.2]", "a - 192.0.2.2 -")]
    [InlineData("from a 192.0.2.1", "a - - -")]
    [InlineData("from a b [192.0.2.1]", "a - 192.0.2.1 -")]
    [InlineData("from a. [192.0.2.1] (HELO b)", "b a 192.0.2.1 -")]
    [InlineData("from (192.0.2.1)", "- - 192.0.2.1 192.0.2.1")]
    [InlineData("from (b [192.0.2.1]) [192.0.2.2]", "- b 192.0.2.1 192.0.2.1")]
    [InlineData("from a by b (192.0.2.1)", "a - - -")]
    [InlineData("(192.0.2.1) by b", "- - - -")]
    [InlineData("x (192.0.2.1) from a", "a - - -")]
    [InlineData("from a via x (d [192.0.2.1])", "a - - -")]
    [InlineData("from a; (d [192.0.2.1])", "a d 192.0.2.1 192.0.2.1")]
    [InlineData("from a from c (d [192.0.2.1])", "?a d")]
    [InlineData("from a by b from c (d [192.0.2.1])", "?a -")]
    [InlineData("by b from a by c (d [192.0.2.1])", "?a -")]
    [InlineData("by b (192.0.2.1) from a (192.0.2.2)", "a - 192.0.2.2 192.0.2.2")]
    public void Each_kind_of_a_clause(string text, string client) => Assert.Equal(client, Client(Read(text), client));

    // What a comment says behind its sixteenth word is not read.
    [Theory]
    [InlineData(15, true)]
    [InlineData(16, false)]
    [InlineData(17, false)]
    public void Sixteen_words_of_a_comment_are_read(int before, bool isRead)
    {
        var words = string.Concat(Enumerable.Repeat("x ", before));
        Assert.Equal(isRead ? "b" : "a", Read($"from a ({words}helo=b)").FromHost);
        Assert.Equal(isRead ? "b" : "a", Read($"from a ({words}helo=b x)").FromHost);
    }

    private static string Client(ReceivedField field, string expected)
    {
        string?[] parts = field.IsAmbiguous
            ? ["?" + (field.FromHost ?? "-"), expected.Contains(' ', StringComparison.Ordinal) ? field.ReverseName ?? "-" : null]
            : [field.FromHost, field.ReverseName, field.ClientAddress?.ToString(), field.RecordedAddress?.ToString()];
        Assert.Equal((null, null), field.IsAmbiguous ? (field.ClientAddress, field.RecordedAddress) : (null, null));
        return string.Join(' ', field.IsAmbiguous ? parts.Where(part => part is not null) : parts.Select(part => part ?? "-"));
    }

    private static ReceivedField Read(string value) => ReceivedField.Parse(Encoding.UTF8.GetBytes(value));
}
