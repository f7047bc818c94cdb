using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>RFC 5322 section 3.4: what every byte means at each place of an address list, and which lists all readers understand alike.</summary>
public class AddressListReaderTests
{
    [Theory]
    [InlineData("a@b.example", true)]
    [InlineData(" a.c@b.example ", true)]
    [InlineData("<a@b.example>", true)]
    [InlineData("Al Bo <a@b.example>", true)]
    [InlineData("\"Al, Bo\" <a@b.example>", true)]
    [InlineData("Al\r\n Bo\r\n\t<a@b.example>", true)]
    [InlineData("a@b.example (c)", false)]
    [InlineData("(c) a@b.example", false)]
    [InlineData("Al <a@b.example> (c)", false)]
    [InlineData("\"a\"@b.example", false)]
    [InlineData("a. c@b.example", false)]
    [InlineData("a .c@b.example", false)]
    [InlineData("a @b.example", false)]
    [InlineData("a@ b.example", false)]
    [InlineData("a@b.example,", false)]
    [InlineData(",a@b.example", false)]
    [InlineData("a@b.example, c@b.example", false)]
    [InlineData("G: a@b.example;", false)]
    [InlineData("<@r.example:a@b.example>", false)]
    [InlineData("\"A\\B\" <a@b.example>", false)]
    [InlineData("\u00E9 <a@b.example>", false)]
    [InlineData("\"\u00E9\" <a@b.example>", false)]
    [InlineData("\u00E9@b.example", false)]
    public void A_plain_list_is_one_address_in_a_usual_form(string text, bool isPlain)
    {
        var reader = new AddressListReader(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.True(reader.Read(), reader.Reason);
        Assert.Equal(isPlain, reader.IsPlain);
    }

    // A semicolon means something in a group alone (RFC 6854), and not behind its end.
    [Theory]
    [InlineData("G: a@b.example; (c;d)", true)]
    [InlineData("G: a@b.example;, e@b.example (c;d)", true)]
    [InlineData("G: a@b.example;, \"e;f\"@b.example", true)]
    [InlineData("a@b.example (c;d)", true)]
    [InlineData("G: a@b.example (c;d);", false)]
    [InlineData("G: a@b.example;, H: a@b.example (c;d);", false)]
    public void A_comment_may_hold_a_semicolon_where_no_group_is_read(string text, bool isRead)
    {
        var reader = new AddressListReader(System.Text.Encoding.ASCII.GetBytes(text));
        Assert.True(reader.Read() == isRead, reader.Reason);
    }

    [Theory]
    [InlineData("<!>", 2)]
    [InlineData("<!@b.example>", 2)]
    [InlineData("!@b.example", 1)]
    [InlineData("<\"!\">", 4)]
    [InlineData("\"a!\"@b.example", 4)]
    [InlineData("<a.!>", 4)]
    public void A_local_part_that_is_not_UTF8_is_malformed_there(string text, int position)
    {
        byte[] bytes = [.. System.Text.Encoding.ASCII.GetBytes(text).Select(static b => b == '!' ? (byte)0xff : b)];
        var reader = new AddressListReader(bytes);
        Assert.False(reader.Read());
        Assert.Equal((AuthorDefect.Malformed, 0), (reader.Defect, reader.MailboxCount));
        Assert.Equal($"the From field is malformed at position {position}: the local part is not UTF-8 (RFC 5322 section 3.4)", reader.Reason);
    }

    [Theory]
    [InlineData(16 * 1024, true)]
    [InlineData((16 * 1024) + 1, false)]
    public void A_list_has_at_most_16_KiB(int length, bool isRead) =>
        Assert.Equal(isRead, new AddressListReader(System.Text.Encoding.ASCII.GetBytes("a@b.example".PadRight(length))).Read());

    // "1": read as plain; "0": read, but not plain; "-": malformed.
    [Fact]
    public void Each_byte_at_the_start_of_a_display_name() => ForEachByte(
        b => [b, .. "x <a@b.example>"u8],
        b => IsAText(b) || b is (byte)' ' or (byte)'\t' ? '1' : b >= 0x80 || b == ',' ? '0' : '-');

    [Fact]
    public void Each_byte_in_a_quoted_string() => ForEachByte(
        b => [(byte)'"', b, .. "\" <a@b.example>"u8],
        b => IsControl(b) || b is (byte)'"' or (byte)'\\' ? '-' : b < 0x80 ? '1' : '0');

    [Fact]
    public void Each_byte_after_a_backslash() => ForEachByte(
        b => [(byte)'"', (byte)'\\', b, .. "\" <a@b.example>"u8],
        b => IsControl(b) ? '-' : '0');

    [Fact]
    public void Each_byte_in_a_comment_before_an_address() => ForEachByte(
        b => [(byte)'(', b, .. ")a@b.example"u8],
        b => IsControl(b) || "()<>@\\"u8.Contains(b) ? '-' : '0');

    [Fact]
    public void Each_byte_in_a_comment_after_an_address() => ForEachByte(
        b => [.. "a@b.example("u8, b, (byte)')'],
        b => IsControl(b) || "()<\\"u8.Contains(b) ? '-' : '0');

    [Fact]
    public void Each_byte_in_a_local_part() => ForEachByte(
        b => [(byte)'c', b, .. "d@b.example"u8],
        b => IsAText(b) || b == '.' ? '1' : '-');

    private static bool IsAText(byte b) => char.IsAsciiLetterOrDigit((char)b) || "!#$%&'*+-/=?^_`{|}~"u8.Contains(b);

    private static bool IsControl(byte b) => b is < 0x20 and not (byte)'\t' or 0x7f;

    private static void ForEachByte(Func<byte, byte[]> text, Func<byte, char> expected)
    {
        for (var b = 0; b <= 255; b++)
        {
            var reader = new AddressListReader(text((byte)b));
            var found = !reader.Read() ? '-' : reader.IsPlain ? '1' : '0';
            Assert.True(found == expected((byte)b), $"{b:x2}: {found}, {reader.Reason}");
        }
    }
}
