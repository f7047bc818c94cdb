using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using EmailAuth.Cryptography;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>An indicator: the SVG document of a brand, uncompressed, with what checking it found (BIMI draft section 7.5). Immutable.</summary>
public sealed class BimiIndicator
{
    private BimiIndicator(byte[] svg, bool wasCompressed, SvgLimits limits)
    {
        Svg = svg;
        WasCompressed = wasCompressed;
        Hash = Convert.ToHexStringLower(SHA256.HashData(svg));
        Report = SvgTinyPs.Validate(svg, limits);
    }

    /// <summary>The document, uncompressed.</summary>
    public ReadOnlyMemory<byte> Svg { get; }

    /// <summary>Whether it came compressed by gzip (SVGZ).</summary>
    internal bool WasCompressed { get; }

    /// <summary>SHA-256 of <see cref="Svg"/>, 64 hexadecimal digits in lower case.</summary>
    public string Hash { get; }

    /// <summary>Whether the document keeps to SVG Tiny PS (draft-svg-tiny-ps-abrotman).</summary>
    public bool IsValid => Report.IsValid;

    /// <summary>Everything that the profile does not allow, in the order of the document; at most 100 by default.</summary>
    public ImmutableArray<BimiProblem> Problems => Report.Violations;

    /// <summary>What the profile allows and receivers do not like, such as an image that is not square.</summary>
    public ImmutableArray<BimiProblem> Advice => Report.Advice;

    /// <summary>The text of the document's title, or null when there is none.</summary>
    public string? Title => Report.Title;

    /// <summary>What checking the document against SVG Tiny PS found.</summary>
    private SvgFindings Report { get; }

    /// <summary>Reads an indicator as a web server or a certificate delivers it: SVG, or SVG compressed by gzip.</summary>
    /// <param name="document">The bytes.</param>
    /// <param name="options">Among others, how much is read, before and after decompression; null for <see cref="BimiOptions.Default"/>.</param>
    /// <returns>The indicator, valid or not; an error when the document is too large or its compression is broken.</returns>
    public static ParseResult<BimiIndicator> Read(ReadOnlyMemory<byte> document, BimiOptions? options = null) =>
        Read(document, (options ?? BimiOptions.Default).IndicatorLimits);

    /// <summary>The same within these limits.</summary>
    internal static ParseResult<BimiIndicator> Read(ReadOnlyMemory<byte> document, SvgLimits limits)
    {
        if (PlatformCryptography.Fault is { } fault)
        {
            return ParseResult<BimiIndicator>.Fail(SyntaxErrorCode.Unsupported, 0, $"the indicator cannot be hashed: {fault}");
        }

        if (document.Length > limits.MaxBytes)
        {
            return ParseResult<BimiIndicator>.Fail(SyntaxErrorCode.TooLong, limits.MaxBytes, $"the indicator of {document.Length} bytes exceeds {limits.MaxBytes} (MaxBytes)");
        }

        if (!document.Span.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
        {
            return new BimiIndicator(document.ToArray(), wasCompressed: false, limits);
        }

        try
        {
            return Expand(document, limits.MaxBytes) is { } svg
                ? new BimiIndicator(svg, wasCompressed: true, limits)
                : ParseResult<BimiIndicator>.Fail(SyntaxErrorCode.TooLong, 0, $"the indicator exceeds {limits.MaxBytes} bytes after decompression (MaxBytes)");
        }
        catch (InvalidDataException)
        {
            return ParseResult<BimiIndicator>.Fail(SyntaxErrorCode.Malformed, 0, "the indicator's gzip compression is broken (RFC 1952)");
        }
    }

    // Null: more than the limit. What would come after it is never produced.
    private static byte[]? Expand(ReadOnlyMemory<byte> document, int limit)
    {
        using var gzip = new GZipStream(new MemoryStream(document.ToArray(), writable: false), CompressionMode.Decompress);
        var buffer = new byte[Math.Min(limit, Array.MaxLength - 1) + 1];
        var length = gzip.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length > limit ? null : buffer[..length];
    }
}
