using System.Text;
using EmailAuth.Messages;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Messages;

public class HeaderBlockTests
{
    [Fact]
    public void Fields_and_body_are_slices_of_the_message()
    {
        var header = Parse("From: a@b.example\r\nSubject: x\r\n y\r\n\r\nbody\r\n");
        Assert.Equal(2, header.Count);
        Assert.Equal("From", Text(header[0].Name));
        Assert.Equal(" a@b.example", Text(header[0].Value));
        Assert.Equal(" x\r\n y", Text(header[1].Value));
        Assert.Equal("Subject: x\r\n y\r\n", Text(header[1].Raw.Span));
        Assert.Equal(37, header.BodyOffset);
        Assert.Equal(HeaderDefects.None, header.Defects);
    }

    [Theory]
    [InlineData("", 0, 0)] // nothing at all
    [InlineData("\r\nbody", 0, 2)] // an empty header
    [InlineData("A: 1\r\n", 1, 6)] // no empty line: no body
    [InlineData("A: 1\r\n\r\n", 1, 8)] // an empty body
    [InlineData("A: 1", 1, 4)]
    [InlineData("A: 1\r\n \t \r\n\r\nx", 1, 13)] // a line of white space continues the field (RFC 5322 section 3.2.2, obsolete)
    public void The_body_starts_after_the_empty_line(string message, int fields, int bodyOffset)
    {
        var header = Parse(message);
        Assert.Equal((fields, bodyOffset), (header.Count, header.BodyOffset));
    }

    [Theory]
    [InlineData("A: 1\n\nB: 2\r\n\r\n", 1, HeaderDefects.BareLineFeed)] // never a line end, so that nothing can be smuggled
    [InlineData("A: 1\rB: 2\r\n\r\n", 1, HeaderDefects.BareCarriageReturn)]
    [InlineData("A: 1\r\r\n\r\n", 1, HeaderDefects.BareCarriageReturn)]
    [InlineData("A: 1\0\r\n\r\n", 1, HeaderDefects.NullByte)]
    [InlineData("A : 1\r\n\r\n", 1, HeaderDefects.SpaceBeforeColon)]
    [InlineData("A\r\n : 1\r\n\r\n", 1, HeaderDefects.SpaceBeforeColon)]
    [InlineData("no colon\r\n\r\n", 1, HeaderDefects.MalformedField)]
    [InlineData(" starts folded: x\r\n\r\n", 1, HeaderDefects.MalformedField)]
    [InlineData("A\u0001: 1\r\n\r\n", 1, HeaderDefects.MalformedField)]
    [InlineData(": 1\r\n\r\n", 1, HeaderDefects.MalformedField)]
    [InlineData("A: 1", 1, HeaderDefects.UnterminatedLine)]
    public void Defects_are_reported_and_the_bytes_left_alone(string message, int fields, HeaderDefects defects)
    {
        var header = Parse(message);
        Assert.Equal((fields, defects), (header.Count, header.Defects));
    }

    [Fact]
    public void White_space_before_the_colon_is_not_part_of_the_name()
    {
        Assert.Equal("From", Text(Parse("From \t: x\r\n\r\n")[0].Name));
        Assert.True(Parse("FROM\r\n : x\r\n\r\n")[0].IsNamed("from"u8));
        Assert.True(Parse("FROM \r\n\t\r\n : x\r\n\r\n")[0].IsNamed("from"u8));
    }

    // RFC 5234 appendix B.1: WSP is space and tab. To drop more would let a byte come in that no relaxed signature notices (RFC 6376 section 3.4.2).
    [Theory]
    [InlineData("Subject\r: x\r\n\r\n", HeaderDefects.BareCarriageReturn)]
    [InlineData("Subject\n: x\r\n\r\n", HeaderDefects.BareLineFeed)]
    [InlineData("Subject \r : x\r\n\r\n", HeaderDefects.BareCarriageReturn)]
    [InlineData("Subject\n\t: x\r\n\r\n", HeaderDefects.BareLineFeed)]
    [InlineData("Subject\r\r\n : x\r\n\r\n", HeaderDefects.BareCarriageReturn)]
    public void A_bare_CR_or_LF_before_the_colon_leaves_no_name(string message, HeaderDefects defect)
    {
        var header = Parse(message);
        Assert.False(header[0].IsWellFormed);
        Assert.Equal(HeaderDefects.MalformedField | defect, header.Defects);
    }

    [Fact]
    public void A_header_past_its_limits_is_cut_and_says_so()
    {
        var limits = new MessageLimits { MaxHeaderFields = 16, MaxHeaderBytes = 1024 };
        Assert.Null(Parse(string.Concat(Enumerable.Repeat("A: 1\r\n", 16)) + "\r\n", limits).LimitReason);

        var many = Parse(string.Concat(Enumerable.Repeat("A: 1\r\n", 17)) + "\r\n", limits);
        Assert.Equal(16, many.Count);
        Assert.Contains("MaxHeaderFields", many.LimitReason, StringComparison.Ordinal);

        Assert.Null(Parse("A:" + new string('x', 1020) + "\r\n\r\n", limits).LimitReason);
        var large = Parse("A: 1\r\nB:" + new string('x', 1020) + "\r\n\r\n", limits);
        Assert.Equal(1, large.Count);
        Assert.Contains("MaxHeaderBytes", large.LimitReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_handed_in_one_by_one_give_the_same_block()
    {
        var whole = Parse("From: a@b.example\r\nSubject : x\r\n y\r\nbad line\r\n\r\n");
        using var builder = new HeaderBlockBuilder(MessageLimits.Default);
        builder.Add("From"u8, " a@b.example"u8);
        builder.Add("Subject "u8, " x\r\n y"u8);
        var built = builder.Build();
        Assert.Equal(Text(whole[0].Raw.Span) + Text(whole[1].Raw.Span), Text(built.Bytes.Span));
        Assert.Equal("Subject", Text(built[1].Name));
        Assert.Equal(HeaderDefects.SpaceBeforeColon, built.Defects);
    }

    [Fact]
    public void Fields_past_the_limits_are_dropped_by_the_builder_and_it_says_so()
    {
        using var builder = new HeaderBlockBuilder(new MessageLimits { MaxHeaderFields = 16 });
        for (var i = 0; i < 17; i++)
        {
            builder.Add("A"u8, " 1"u8);
        }

        var block = builder.Build();
        Assert.Equal(16, block.Count);
        Assert.Contains("MaxHeaderFields", block.LimitReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_over_pooled_memory_is_the_same_until_it_is_released_and_empty_after()
    {
        var message = Encoding.ASCII.GetBytes("From: a@b.example\r\nSubject: x\r\n\r\nbody");
        var block = HeaderBlock.Rent(message, MessageLimits.Default);
        Assert.Equal(2, block.Count);
        Assert.Equal("Subject", Text(block[1].Name));
        Assert.Throws<ArgumentOutOfRangeException>(() => block[2]);
        block.Release();
        block.Release();
        Assert.Equal(0, block.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => block[0]);
    }

    [Property]
    public bool Fields_cover_the_header_block_without_gap_or_overlap(byte[]? bytes)
    {
        // Few distinct bytes, so that line ends, colons and white space come about often.
        var message = (bytes ?? []).Select(b => "\r\n :\tAB\0"u8[b % 8]).ToArray();
        var header = HeaderBlock.Parse(message);
        var joined = Enumerable.Range(0, header.Count).SelectMany(i => header[i].Raw.ToArray());
        return joined.SequenceEqual(message.Take(header.Bytes.Length)) && header.BodyOffset <= message.Length
            && header.BodyOffset - header.Bytes.Length is 0 or 2;
    }

    private static HeaderBlock Parse(string message, MessageLimits? limits = null) =>
        HeaderBlock.Parse(Encoding.UTF8.GetBytes(message), limits);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
