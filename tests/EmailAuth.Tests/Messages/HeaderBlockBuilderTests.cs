using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>Fields that arrive one by one: what is kept, what is dropped at a limit, and what is left after the end.</summary>
public class HeaderBlockBuilderTests
{
    [Fact]
    public void A_block_is_made_once_and_is_empty_when_the_builder_is_disposed_of()
    {
        var builder = new HeaderBlockBuilder(MessageLimits.Default);
        builder.Add("A"u8, " b"u8);
        var block = builder.Build();
        Assert.Same(block, builder.Build());
        Assert.Equal((1, 0, null, false), (block.Count, block.BodyOffset, block.LimitReason, block.HasConvertedLineEnds));
        builder.Dispose();
        builder.Dispose();
        Assert.Equal(0, block.Count);
    }

    [Fact]
    public void A_builder_without_a_field_makes_an_empty_block()
    {
        using var builder = new HeaderBlockBuilder(MessageLimits.Default);
        var block = builder.Build();
        Assert.Equal((0, 0, HeaderDefects.None, null), (block.Count, block.Bytes.Length, block.Defects, block.LimitReason));
        new HeaderBlockBuilder(MessageLimits.Default).Dispose();
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    [InlineData(5000, false)]
    public void The_bytes_of_a_field_with_its_colon_and_line_end_count(int length, bool isKept)
    {
        using var builder = new HeaderBlockBuilder(new MessageLimits { MaxHeaderBytes = 1024 });
        builder.Add("AB"u8, new byte[length - 5]);
        var block = builder.Build();
        Assert.Equal((isKept ? 1 : 0, isKept ? null : "the header has more than 1024 bytes (MaxHeaderBytes)"), (block.Count, block.LimitReason));
    }

    [Theory]
    [InlineData(1014, true)]
    [InlineData(1015, false)]
    public void The_bytes_of_all_fields_count(int length, bool isKept)
    {
        using var builder = new HeaderBlockBuilder(new MessageLimits { MaxHeaderBytes = 1024 });
        builder.Add("A"u8, " bcd"u8);
        builder.Add("B"u8, new byte[length - 2]);
        builder.Add("C"u8, ""u8);
        var block = builder.Build();
        Assert.Equal((isKept ? 2 : 1, "the header has more than 1024 bytes (MaxHeaderBytes)"), (block.Count, block.LimitReason));
    }

    // The sum of the lengths is more than an int holds. The value is never read.
    [Fact]
    public void A_field_of_the_largest_length_is_past_the_limit()
    {
        using var builder = new HeaderBlockBuilder(new MessageLimits { MaxHeaderBytes = int.MaxValue });
        var octet = (byte)'x';
        builder.Add("A"u8, MemoryMarshal.CreateReadOnlySpan(in octet, int.MaxValue));
        var block = builder.Build();
        Assert.Equal((0, "the header has more than 2147483647 bytes (MaxHeaderBytes)"), (block.Count, block.LimitReason));
    }

    // Nothing comes in behind what was dropped.
    [Fact]
    public void What_follows_a_field_past_a_limit_is_dropped()
    {
        using var builder = new HeaderBlockBuilder(new MessageLimits { MaxHeaderBytes = 1024, MaxHeaderFields = 16 });
        builder.Add("A"u8, " b"u8);
        builder.Add("B"u8, new byte[2000]);
        builder.Add("C\0"u8, " d"u8);
        var block = builder.Build();
        Assert.Equal((1, "A: b\r\n", HeaderDefects.None), (block.Count, Encoding.ASCII.GetString(block.Bytes.Span), block.Defects));
        Assert.Equal("the header has more than 1024 bytes (MaxHeaderBytes)", block.LimitReason);
    }

    [Theory]
    [InlineData(15, false, null)]
    [InlineData(16, false, null)]
    [InlineData(17, false, "the header has more than 16 fields (MaxHeaderFields)")]
    [InlineData(16, true, "the header has more than 1024 bytes (MaxHeaderBytes)")]
    public void The_limit_that_is_named_is_that_of_bytes_first(int count, bool isLargeNext, string? reason)
    {
        using var builder = new HeaderBlockBuilder(new MessageLimits { MaxHeaderBytes = 1024, MaxHeaderFields = 16 });
        for (var number = 0; number < count; number++)
        {
            builder.Add("A"u8, " b"u8);
        }

        if (isLargeNext)
        {
            builder.Add("A"u8, new byte[1024]);
        }

        var block = builder.Build();
        Assert.Equal((Math.Min(16, count), reason), (block.Count, block.LimitReason));
    }

    // The buffer grows at different places.
    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(2045)]
    [InlineData(2046)]
    [InlineData(3000)]
    [InlineData(9000)]
    public void All_bytes_are_kept_as_the_buffer_grows(int length)
    {
        using var builder = new HeaderBlockBuilder(MessageLimits.Default);
        var expected = new StringBuilder();
        for (var number = 0; number < 20; number++)
        {
            var value = new string((char)('a' + number), length);
            builder.Add("A"u8, Encoding.ASCII.GetBytes(value));
            builder.Add("Bb"u8, ""u8);
            expected.Append("A:").Append(value).Append("\r\nBb:\r\n");
        }

        var block = builder.Build();
        Assert.Equal(expected.ToString(), Encoding.ASCII.GetString(block.Bytes.Span));
        Assert.All(Enumerable.Range(0, 40), index => Assert.Equal(index % 2 == 0 ? length : 0, block[index].Value.Length));
        Assert.All(Enumerable.Range(0, 40), index => Assert.Equal(index % 2 == 0 ? 1 : 2, block[index].Name.Length));
    }

    // An array that is given back twice is handed out twice.
    [Fact]
    public void What_is_pooled_is_given_back_once()
    {
        var empty = new HeaderBlockBuilder(MessageLimits.Default);
        empty.Dispose();
        empty.Dispose();
        var builder = new HeaderBlockBuilder(MessageLimits.Default);
        builder.Add("A"u8, " b"u8);
        _ = builder.Build();
        builder.Dispose();
        builder.Dispose();
        var unbuilt = new HeaderBlockBuilder(MessageLimits.Default);
        unbuilt.Add("A"u8, " b"u8);
        unbuilt.Dispose();
        unbuilt.Dispose();
        AreDistinct<HeaderFieldSpan>(32);
        AreDistinct<byte>(2048);
        var rented = HeaderBlock.Rent("A: b\r\n"u8.ToArray(), MessageLimits.Default);
        rented.Release();
        rented.Release();
        AreDistinct<HeaderFieldSpan>(64);
    }

    [Fact]
    public void A_block_keeps_its_fields_when_others_are_read()
    {
        var first = HeaderBlock.Parse("Abc: d\r\nE: f\r\n"u8.ToArray());
        var converted = HeaderBlock.ParseConverted("G: h\r\n"u8.ToArray(), MessageLimits.Default);
        var second = HeaderBlock.Rent("X\r\nYz : w\r\n"u8.ToArray(), MessageLimits.Default);
        using var builder = new HeaderBlockBuilder(MessageLimits.Default);
        builder.Add("Longer"u8, " b"u8);
        Assert.Equal((1, "Longer"), (builder.Build().Count, Encoding.ASCII.GetString(builder.Build()[0].Name)));
        Assert.Equal(("Abc", "E"), (Encoding.ASCII.GetString(first[0].Name), Encoding.ASCII.GetString(first[1].Name)));
        Assert.Equal(("G", true), (Encoding.ASCII.GetString(converted[0].Name), converted.HasConvertedLineEnds));
        Assert.Equal(("", "Yz", false), (Encoding.ASCII.GetString(second[0].Name), Encoding.ASCII.GetString(second[1].Name), second.HasConvertedLineEnds));
        second.Release();
        Assert.Equal((2, 0), (first.Count, second.Count));
        first.Release();
        Assert.Equal(0, first.Count);
    }

    [Fact]
    public void Defects_of_all_fields_are_reported()
    {
        using var builder = new HeaderBlockBuilder(MessageLimits.Default);
        builder.Add("A "u8, " b"u8);
        builder.Add("B"u8, "\r"u8);
        builder.Add("C"u8, "\n"u8);
        builder.Add("D"u8, "\0"u8);
        builder.Add(""u8, "x"u8);
        var block = builder.Build();
        Assert.Equal(
            HeaderDefects.SpaceBeforeColon | HeaderDefects.BareCarriageReturn | HeaderDefects.BareLineFeed | HeaderDefects.NullByte | HeaderDefects.MalformedField,
            block.Defects);
        Assert.Equal((5, 0, false), (block.Count, block[4].ColonIndex, block[4].IsWellFormed));
        Assert.Equal(
            ["bare_carriage_return", "bare_line_feed", "null_byte", "malformed_field", "space_before_colon"],
            block.Defects.Keywords());
        Assert.Equal(["unterminated_line"], HeaderDefects.UnterminatedLine.Keywords());
        Assert.Empty(HeaderDefects.None.Keywords());
    }

    [Fact]
    public void A_field_as_it_arrived()
    {
        var header = HeaderBlock.Parse("Ab : c\u00fc\r\n d\r\nno colon\r\nE:\r\nF:g"u8.ToArray());
        Assert.Equal(["Ab : c\u00fc\r\n d\r\n", "no colon\r\n", "E:\r\n", "F:g"], Enumerable.Range(0, 4).Select(index => header[index].ToString()));
        Assert.Equal([" c\u00fc\r\n d", "no colon", "", "g"], Enumerable.Range(0, 4).Select(index => Encoding.UTF8.GetString(header[index].Value)));
        Assert.Equal(["Ab", "", "E", "F"], Enumerable.Range(0, 4).Select(index => Encoding.UTF8.GetString(header[index].Name)));
        Assert.Equal([3, -1, 1, 1], Enumerable.Range(0, 4).Select(index => header[index].ColonIndex));
        Assert.Equal([true, false, true, true], Enumerable.Range(0, 4).Select(index => header[index].IsWellFormed));
        Assert.True(header[0].IsNamed("aB"u8));
        Assert.False(header[0].IsNamed("Ab "u8));
        Assert.False(header[0].IsNamed("A"u8));
        Assert.True(header[1].IsNamed(""u8));
        var broken = HeaderBlock.Parse((byte[])[(byte)'A', (byte)':', 0xfc]);
        Assert.Equal("A:\ufffd", broken[0].ToString());
    }

    internal static void AreDistinct<T>(int length)
    {
        var arrays = Enumerable.Range(0, 8).Select(_ => ArrayPool<T>.Shared.Rent(length)).ToList();
        Assert.Equal(arrays.Count, arrays.Distinct<T[]>(ReferenceEqualityComparer.Instance).Count());
        arrays.ForEach(array => ArrayPool<T>.Shared.Return(array));
    }

    [Fact]
    public void The_limits_have_their_defaults_and_their_least_values()
    {
        Assert.Equal((1024 * 1024, 10_000, 1000), (MessageLimits.Default.MaxHeaderBytes, MessageLimits.Default.MaxHeaderFields, MessageLimits.Default.MaxRecipients));
        Assert.Equal(new MessageLimits(), MessageLimits.Default);
        var least = new MessageLimits { MaxHeaderBytes = 1024, MaxHeaderFields = 16, MaxRecipients = 0 };
        Assert.Equal((1024, 16, 0), (least.MaxHeaderBytes, least.MaxHeaderFields, least.MaxRecipients));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageLimits { MaxHeaderBytes = 1023 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageLimits { MaxHeaderFields = 15 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageLimits { MaxRecipients = -1 });
    }
}
