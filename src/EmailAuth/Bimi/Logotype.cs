using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>
/// The subject logo of a logotype extension (RFC 9399 section 4, RFC 3709), as far as mark certificates use it: one image, direct, embedded
/// as a <c>data:</c> URI.
/// </summary>
internal sealed class Logotype
{
    public const string ExtensionOid = "1.3.6.1.5.5.7.1.12";

    private const string DataPrefix = "data:image/svg+xml;base64,";

    private static readonly Asn1Tag SubjectLogo = new(TagClass.ContextSpecific, 2, isConstructed: true);
    private static readonly Asn1Tag Direct = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private Logotype(string mediaType, ImmutableArray<LogotypeHash> hashes, string location)
    {
        MediaType = mediaType;
        Hashes = hashes;
        Location = location;
    }

    public string MediaType { get; }

    public ImmutableArray<LogotypeHash> Hashes { get; }

    /// <summary>The URI of the image.</summary>
    public string Location { get; }

    /// <summary>Reads the value of the extension.</summary>
    public static ParseResult<Logotype> Parse(ReadOnlyMemory<byte> extension)
    {
        try
        {
            return ReadExtension(new AsnReader(extension, AsnEncodingRules.DER));
        }
        catch (AsnContentException)
        {
            return ParseResult<Logotype>.Fail(SyntaxErrorCode.Malformed, 0, "the logotype extension is not the DER of RFC 9399 section 4.1");
        }
    }

    /// <summary>The image's bytes, or null when the URI is none that embeds an SVG.</summary>
    public byte[]? Decode()
    {
        if (!Location.StartsWith(DataPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var base64 = Location.AsSpan(DataPrefix.Length);
        var bytes = new byte[(base64.Length / 4 * 3) + 3];
        return Convert.TryFromBase64Chars(base64, bytes, out var length) ? bytes[..length] : null;
    }

    /// <summary>
    /// Whether the hashes are those of an image. RFC 9399 section 7 hashes the uncompressed document with LF as its line end; certificates
    /// in use also hash the document as it is, or as it is embedded. Any of them binds the image, which the certificate's signature covers
    /// in any case.
    /// </summary>
    public bool IsHashOf(ReadOnlySpan<byte> embedded, ReadOnlySpan<byte> svg)
    {
        var known = 0;
        foreach (var hash in Hashes)
        {
            if (hash.Algorithm() is not { } algorithm)
            {
                continue;
            }

            known++;
            if (!hash.Value.AsSpan().SequenceEqual(CryptographicOperations.HashData(algorithm, svg))
                && !hash.Value.AsSpan().SequenceEqual(CryptographicOperations.HashData(algorithm, embedded))
                && !hash.Value.AsSpan().SequenceEqual(CryptographicOperations.HashData(algorithm, WithLineFeeds(svg))))
            {
                return false;
            }
        }

        return known > 0;
    }

    // LogotypeExtn ::= SEQUENCE { communityLogos [0], issuerLogo [1], subjectLogo [2], otherLogos [3] }, each EXPLICIT and OPTIONAL
    private static ParseResult<Logotype> ReadExtension(AsnReader reader)
    {
        var extension = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        while (extension.HasData)
        {
            if (extension.PeekTag() != SubjectLogo)
            {
                _ = extension.ReadEncodedValue();
                continue;
            }

            var subject = extension.ReadSequence(SubjectLogo);

            // LogotypeInfo ::= CHOICE { direct [0] LogotypeData, indirect [1] LogotypeReference }
            return subject.HasData && subject.PeekTag() == Direct
                ? ReadData(subject.ReadSequence(Direct))
                : ParseResult<Logotype>.Fail(SyntaxErrorCode.Unsupported, 0, "the subject logo is not a direct one (RFC 9399 section 4.1)");
        }

        return ParseResult<Logotype>.Fail(SyntaxErrorCode.Missing, 0, "the logotype extension has no subject logo (RFC 9399 section 4.1)");
    }

    // LogotypeData ::= SEQUENCE { image SEQUENCE OF LogotypeImage OPTIONAL, audio [1] SEQUENCE OF LogotypeAudio OPTIONAL }
    private static ParseResult<Logotype> ReadData(AsnReader data)
    {
        if (!data.HasData || data.PeekTag() != Asn1Tag.Sequence)
        {
            return ParseResult<Logotype>.Fail(SyntaxErrorCode.Missing, 0, "the subject logo has no image (RFC 9399 section 4.1)");
        }

        var images = data.ReadSequence();
        if (!images.HasData)
        {
            return ParseResult<Logotype>.Fail(SyntaxErrorCode.Missing, 0, "the subject logo has no image (RFC 9399 section 4.1)");
        }

        // LogotypeImage ::= SEQUENCE { imageDetails LogotypeDetails, imageInfo OPTIONAL }
        var details = images.ReadSequence().ReadSequence();
        return images.HasData ? ParseResult<Logotype>.Fail(SyntaxErrorCode.Unsupported, 0, "the subject logo has more than one image") : ReadDetails(details);
    }

    // LogotypeDetails ::= SEQUENCE { mediaType IA5String, logotypeHash SEQUENCE OF HashAlgAndValue, logotypeURI SEQUENCE OF IA5String }
    private static ParseResult<Logotype> ReadDetails(AsnReader details)
    {
        var mediaType = details.ReadCharacterString(UniversalTagNumber.IA5String);
        var hashReader = details.ReadSequence();
        var hashes = ImmutableArray.CreateBuilder<LogotypeHash>();
        while (hashReader.HasData)
        {
            if (hashes.Count == 8)
            {
                return ParseResult<Logotype>.Fail(SyntaxErrorCode.TooLong, 0, "the logotype has more than 8 hashes");
            }

            var hash = hashReader.ReadSequence();
            var oid = hash.ReadSequence().ReadObjectIdentifier();
            hashes.Add(new LogotypeHash(oid, hash.ReadOctetString()));
        }

        var locations = details.ReadSequence();
        var location = locations.ReadCharacterString(UniversalTagNumber.IA5String);
        return locations.HasData
            ? ParseResult<Logotype>.Fail(SyntaxErrorCode.Unsupported, 0, "the logotype names more than one location of its image")
            : new Logotype(mediaType, hashes.ToImmutable(), location);
    }

    private static byte[] WithLineFeeds(ReadOnlySpan<byte> svg)
    {
        var result = new byte[svg.Length];
        var length = 0;
        for (var i = 0; i < svg.Length; i++)
        {
            if (svg[i] == '\r')
            {
                result[length++] = (byte)'\n';
                i += i + 1 < svg.Length && svg[i + 1] == '\n' ? 1 : 0;
            }
            else
            {
                result[length++] = svg[i];
            }
        }

        return result[..length];
    }
}

/// <summary>One hash of a logotype.</summary>
internal sealed record LogotypeHash(string Oid, byte[] Value)
{
    /// <summary>The algorithm, or null when it is not known. SHA-1 stands in certificates in use; their signature binds the image anyway.</summary>
    public HashAlgorithmName? Algorithm() => Oid switch
    {
        "1.3.14.3.2.26" => HashAlgorithmName.SHA1,
        "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
        "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
        "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
        _ => null,
    };
}
