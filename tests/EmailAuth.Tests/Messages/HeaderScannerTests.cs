using System.Globalization;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>Where fields begin and end, in all short headers and in each edit of some; and where a limit cuts.</summary>
public class HeaderScannerTests
{
    [Fact]
    public void Each_edit_of_a_header_is_read_as_the_page_says() => EditedReadings.Check(
        "headers.txt",
        " \r\n:\0a",
        ["A: b\r\nC : d\r\n e\r\n\r\nbody", "A\r\n \t: b\r\nC\r\n\r\n", " A: b\r\n:c\r\nD:\r\n"],
        (text, _) =>
        {
            var header = HeaderBlock.Parse(Encoding.Latin1.GetBytes(text));
            return
            [
                new("count", header.Count.ToString(CultureInfo.InvariantCulture)),
                new("defects", header.Defects == HeaderDefects.None ? null : header.Defects.ToString()),
                new("body", (text.Length - header.BodyOffset).ToString(CultureInfo.InvariantCulture)),
                .. Fields(header).Select((field, number) => new Reading("n" + number.ToString(CultureInfo.InvariantCulture), Encoding.Latin1.GetString(field.Name), true)),
                .. Fields(header).Select((field, number) => new Reading("v" + number.ToString(CultureInfo.InvariantCulture), Encoding.Latin1.GetString(field.Value), true)),
            ];
        });

    // A field ends at a CRLF that no white space follows; the header ends at one that begins a line. Nothing else counts.
    [Fact]
    public void All_headers_of_up_to_five_characters()
    {
        const string Letters = "\r\n :\tA\0";
        for (var length = 0; length <= 5; length++)
        {
            var count = (int)Math.Pow(Letters.Length, length);
            for (var number = 0; number < count; number++)
            {
                var text = string.Create(length, number, static (characters, rest) =>
                {
                    for (var place = 0; place < characters.Length; place++, rest /= Letters.Length)
                    {
                        characters[place] = Letters[rest % Letters.Length];
                    }
                });
                Check(text);
            }
        }
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1000)]
    public void As_many_fields_as_there_are_in_each_way_to_make_a_block(int count)
    {
        var names = Enumerable.Range(0, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"X{number}")).ToList();
        var bytes = Encoding.ASCII.GetBytes(string.Concat(names.Select(name => $"{name}: {name} y\r\n")));
        var limits = new MessageLimits { MaxHeaderFields = count };
        using var builder = new HeaderBlockBuilder(limits);
        foreach (var name in names)
        {
            builder.Add(Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes($" {name} y"));
        }

        foreach (var block in (HeaderBlock[])[HeaderBlock.Parse(bytes, limits), HeaderBlock.Rent(bytes, limits), HeaderBlock.ParseConverted(bytes, limits), builder.Build()])
        {
            Assert.Equal(names, Fields(block).Select(field => Encoding.ASCII.GetString(field.Name)));
            Assert.Equal(names.Select(name => $" {name} y"), Fields(block).Select(field => Encoding.ASCII.GetString(field.Value)));
            Assert.Equal((HeaderDefects.None, null, bytes.Length), (block.Defects, block.LimitReason, block.Bytes.Length));
            Assert.True(block.Bytes.Span.SequenceEqual(bytes));
            Assert.Throws<ArgumentOutOfRangeException>(() => block[count]);
            Assert.Throws<ArgumentOutOfRangeException>(() => block[-1]);
            Assert.Equal("index", Assert.Throws<ArgumentOutOfRangeException>(() => block[int.MaxValue]).ParamName);
        }
    }

    // The limit counts the bytes of the fields. What is cut has no body.
    [Fact]
    public void A_header_around_its_limits_is_cut_as_the_page_says()
    {
        var limits = new MessageLimits { MaxHeaderBytes = 1024, MaxHeaderFields = 16 };
        var page = new List<string>();
        foreach (var end in (string[])["", "\r\n", "\r\n\r\n", "\r\n\r\nbody", "\r\n \r\n", "\r\n x\r\nB: c\r\n", "\r\nB: c\r\n\r\n", "\r", "\n", "\r\n\r"])
        {
            for (var length = 1019; length <= 1026; length++)
            {
                var header = HeaderBlock.Parse(Encoding.ASCII.GetBytes("A: b\r\nX:" + new string('x', length - 8) + end), limits);
                page.Add($"{length} {VisibleText.Of(end)}: {Text(header)}");
            }
        }

        for (var count = 15; count <= 17; count++)
        {
            var fields = string.Concat(Enumerable.Repeat("A: b\r\n", count));
            foreach (var end in (string[])["", "\r\n", "\r\nbody", "x", " c\r\n"])
            {
                page.Add($"{count} fields {VisibleText.Of(end)}: {Text(HeaderBlock.Parse(Encoding.ASCII.GetBytes(fields + end), limits))}");
            }

            var large = fields + "B:" + new string('x', 1100) + "\r\n";
            page.Add($"{count} fields and a large one: {Text(HeaderBlock.Parse(Encoding.ASCII.GetBytes(large), limits))}");
        }

        ApprovedPage.Verify("messages", "header-limits.txt", page);
    }

    [Theory]
    [InlineData(3, 3, "MaxHeaderBytes")]
    [InlineData(20, 16, "MaxHeaderFields")]
    public void What_is_past_a_limit_is_not_read_when_it_is_asked_for_again(int small, int read, string limit)
    {
        var message = $"{string.Concat(Enumerable.Repeat("A: b\r\n", small))}C: {new string('d', 1024)}\r\nE: f\r\n\r\n";
        var scanner = new HeaderScanner(Encoding.ASCII.GetBytes(message), new MessageLimits { MaxHeaderBytes = 1024, MaxHeaderFields = 16 });
        for (var count = 0; count < read; count++)
        {
            Assert.True(scanner.TryRead(out _));
        }

        for (var again = 0; again < 3; again++)
        {
            Assert.False(scanner.TryRead(out var field));
            Assert.Equal((default(HeaderFieldSpan), 6 * read), (field, scanner.HeaderLength));
            Assert.EndsWith($"({limit})", scanner.LimitReason, StringComparison.Ordinal);
        }
    }

    // By itself a field may come with any octets as its name; in a message the line would end there.
    [Theory]
    [InlineData("A", "A", HeaderDefects.None)]
    [InlineData("A \t", "A", HeaderDefects.SpaceBeforeColon)]
    [InlineData("A\r\n ", "A", HeaderDefects.SpaceBeforeColon)]
    [InlineData("A\r\n \r\n\t", "A", HeaderDefects.SpaceBeforeColon)]
    [InlineData("A\r\n", "", HeaderDefects.MalformedField)]
    [InlineData("A \r\n", "", HeaderDefects.MalformedField)]
    [InlineData("A\r\n\r\n ", "", HeaderDefects.MalformedField)]
    public void A_line_end_before_the_colon_is_folding_only_with_white_space_behind_it(string written, string name, HeaderDefects defects)
    {
        using var builder = new HeaderBlockBuilder(MessageLimits.Default);
        builder.Add(Encoding.ASCII.GetBytes(written), " b"u8);
        var header = builder.Build();
        Assert.Equal((name, defects), (Encoding.ASCII.GetString(header[0].Name), header.Defects));
    }

    // By itself a field may come with lines that would be fields of their own in a message.
    [Theory]
    [InlineData(" b\r\n c", HeaderDefects.None)]
    [InlineData(" b\r\n\tc\r\n d", HeaderDefects.None)]
    [InlineData(" b\r\nC: d", HeaderDefects.MalformedField)]
    [InlineData(" b\r\n c\r\nd", HeaderDefects.MalformedField)]
    [InlineData(" b\r\n", HeaderDefects.MalformedField)]
    [InlineData(" b\r\n\r\n c", HeaderDefects.MalformedField)]
    [InlineData("\r\n", HeaderDefects.MalformedField)]
    public void A_line_end_in_a_value_is_folding_only_with_white_space_behind_it(string value, HeaderDefects defects)
    {
        using var builder = new HeaderBlockBuilder(MessageLimits.Default);
        builder.Add("A"u8, Encoding.ASCII.GetBytes(value));
        var header = builder.Build();
        Assert.Equal((1, "A", defects), (header.Count, Encoding.ASCII.GetString(header[0].Name), header.Defects));
    }

    [Fact]
    public void A_limit_of_the_largest_number_is_no_error()
    {
        var limits = new MessageLimits { MaxHeaderBytes = int.MaxValue, MaxHeaderFields = int.MaxValue };
        var header = HeaderBlock.Parse("A: b\r\n c\r\nD: e\r\n\r\nf"u8.ToArray(), limits);
        Assert.Equal((2, null, 18), (header.Count, header.LimitReason, header.BodyOffset));
    }

    [Fact]
    public void Each_byte_of_a_name()
    {
        for (var b = 0; b < 256; b++)
        {
            var field = HeaderBlock.Parse((byte[])[(byte)'A', (byte)b, (byte)'B', (byte)':', (byte)'c', (byte)'\r', (byte)'\n'])[0];
            Assert.Equal(b is > 0x20 and < 0x7f, field.IsWellFormed);
            Assert.Equal(b is > 0x20 and < 0x7f ? (b == ':' ? 1 : 3) : 0, field.Name.Length);
            Assert.Equal(b == ':' ? 1 : 3, field.ColonIndex);
            var last = HeaderBlock.Parse((byte[])[(byte)'A', (byte)b, (byte)':', (byte)'c', (byte)'\r', (byte)'\n']);
            Assert.Equal(b is >= 0x20 and < 0x7f or '\t', last[0].IsWellFormed);
            Assert.Equal(b is ' ' or '\t', last.Defects == HeaderDefects.SpaceBeforeColon);
        }
    }

    private static IEnumerable<HeaderField> Fields(HeaderBlock header) => Enumerable.Range(0, header.Count).Select(index => header[index]);

    private static string Text(HeaderBlock header) => string.Create(
        CultureInfo.InvariantCulture,
        $"{header.Count} of {header.Bytes.Length} bytes, body at {header.BodyOffset}, {header.Defects}{(header.LimitReason is null ? null : header.LimitReason.EndsWith("(MaxHeaderBytes)", StringComparison.Ordinal) ? ", too many bytes" : ", too many fields")}");

    // The same by way of text functions.
    private static void Check(string text)
    {
        var header = HeaderBlock.Parse(Encoding.Latin1.GetBytes(text));
        var defects = HeaderDefects.None;
        var (start, count) = (0, 0);
        while (start < text.Length && !text.AsSpan(start).StartsWith("\r\n"))
        {
            var end = start;
            do
            {
                end = text.IndexOf("\r\n", end, StringComparison.Ordinal) is var found and >= 0 ? found + 2 : text.Length;
            }
            while (end < text.Length && text[end] is ' ' or '\t');

            var raw = text[start..end];
            var colon = raw.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? string.Empty : raw[..colon].Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal);
            name = name.EndsWith("\r\n", StringComparison.Ordinal) ? name[..^2] : name;
            var hasSpace = name.TrimEnd(' ', '\t').Length < colon;
            name = name.TrimEnd(' ', '\t');
            name = name.All(c => c == 'A') ? name : string.Empty;
            defects |= (name.Length == 0 ? HeaderDefects.MalformedField : hasSpace ? HeaderDefects.SpaceBeforeColon : HeaderDefects.None)
                | (raw.Contains('\0', StringComparison.Ordinal) ? HeaderDefects.NullByte : HeaderDefects.None)
                | (raw.EndsWith("\r\n", StringComparison.Ordinal) ? HeaderDefects.None : HeaderDefects.UnterminatedLine);
            defects |= (raw.Replace("\r\n", "n", StringComparison.Ordinal).Contains('\r', StringComparison.Ordinal) ? HeaderDefects.BareCarriageReturn : HeaderDefects.None)
                | (raw.Replace("\r\n", "n", StringComparison.Ordinal).Contains('\n', StringComparison.Ordinal) ? HeaderDefects.BareLineFeed : HeaderDefects.None);
            Assert.True(count < header.Count, VisibleText.Of(text));
            var field = header[count++];
            Assert.Equal((raw, name, colon), (Encoding.Latin1.GetString(field.Raw.Span), Encoding.Latin1.GetString(field.Name), field.ColonIndex));
            start = end;
        }

        var body = start < text.Length ? start + 2 : start;
        Assert.True((count, body, start, defects) == (header.Count, header.BodyOffset, header.Bytes.Length, header.Defects), VisibleText.Of(text));
    }
}
