using System.Security.Cryptography;
using EmailAuth.Bimi;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>What is read of an indicator, compressed or not, at its bounds.</summary>
public class BimiIndicatorReadTests
{
    private static readonly byte[] Svg = "<svg xmlns='http://www.w3.org/2000/svg' version='1.2' baseProfile='tiny-ps' viewBox='0 0 9 8'><title>t</title><a/></svg>"u8.ToArray();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_indicator_has_its_document_and_all_that_was_found(bool isCompressed)
    {
        var indicator = BimiIndicator.Read(isCompressed ? MarkLeaf.Gzip(Svg) : Svg).Value!;
        Assert.Equal(Svg, indicator.Svg.ToArray());
        Assert.Equal((isCompressed, Convert.ToHexStringLower(SHA256.HashData(Svg)), false, "t"), (indicator.WasCompressed, indicator.Hash, indicator.IsValid, indicator.Title));
        Assert.Equal(["line 1, column 112: the element a is not allowed: SVG Tiny PS has no interactivity"], indicator.Problems.Select(static problem => problem.ToString()));
        Assert.Equal(["the viewBox is not square; receivers expect a square image"], indicator.Advice.Select(static problem => problem.Reason));
    }

    [Fact]
    public void The_bounds_are_exact_and_named()
    {
        var size = Svg.Length;
        Assert.Equal($"ok {size}", Outcome(Svg, size));
        Assert.Equal($"TooLong {size - 1} the indicator of {size} bytes exceeds {size - 1} (MaxBytes)", Outcome(Svg, size - 1));

        // 1000 times the same compresses to a few octets.
        var large = new byte[1000];
        var compressed = MarkLeaf.Gzip(large);
        Assert.Equal("ok 1000", Outcome(compressed, 1000));
        Assert.Equal("TooLong 0 the indicator exceeds 999 bytes after decompression (MaxBytes)", Outcome(compressed, 999));
        Assert.Equal($"TooLong 0 the indicator exceeds {compressed.Length} bytes after decompression (MaxBytes)", Outcome(compressed, compressed.Length));
        Assert.Equal($"TooLong {compressed.Length - 1} the indicator of {compressed.Length} bytes exceeds {compressed.Length - 1} (MaxBytes)", Outcome(compressed, compressed.Length - 1));
    }

    [Fact]
    public void The_limits_are_those_of_the_options_or_the_defaults()
    {
        Assert.Equal("TooLong 10 the indicator of 11 bytes exceeds 10 (MaxBytes)", Text(BimiIndicator.Read(new byte[11], new BimiOptions { MaxIndicatorBytes = 10 })));
        Assert.Equal("ok 32768", Text(BimiIndicator.Read(new byte[32_768])));
        Assert.Equal("TooLong 32768 the indicator of 32769 bytes exceeds 32768 (MaxBytes)", Text(BimiIndicator.Read(new byte[32_769])));
    }

    // RFC 1952 section 2.3.1: the two octets that every gzip file begins with.
    [Theory]
    [InlineData(new byte[0], "ok 0")]
    [InlineData(new byte[] { 0x1f }, "ok 1")]
    [InlineData(new byte[] { 0x1f, 0x8a, 8, 0 }, "ok 4")]
    [InlineData(new byte[] { 0x1f, 0x8c, 8, 0 }, "ok 4")]
    [InlineData(new byte[] { 0x1e, 0x8b, 8, 0 }, "ok 4")]
    [InlineData(new byte[] { 0x20, 0x8b, 8, 0 }, "ok 4")]
    [InlineData(new byte[] { 0x1f, 0x8b, 1, 2, 3 }, "Malformed 0 the indicator's gzip compression is broken (RFC 1952)")]
    [InlineData(new byte[] { 0x1f, 0x8b, 8, 0xff, 0, 0, 0, 0, 0, 0, 0, 0 }, "Malformed 0 the indicator's gzip compression is broken (RFC 1952)")]
    public void Compression_shows_in_the_first_two_octets(byte[] document, string expected)
    {
        Assert.Equal(expected, Outcome(document, 100));
        Assert.Equal(expected.StartsWith("ok", StringComparison.Ordinal) ? false : null, BimiIndicator.Read(document).Value?.WasCompressed);
    }

    private static string Outcome(byte[] document, int maxBytes) => Text(BimiIndicator.Read(document, new SvgLimits { MaxBytes = maxBytes }));

    private static string Text(EmailAuth.Syntax.ParseResult<BimiIndicator> result) =>
        result.IsSuccess ? $"ok {result.Value.Svg.Length}" : $"{result.Error.Code} {result.Error.Position} {result.Error.Reason}";
}
