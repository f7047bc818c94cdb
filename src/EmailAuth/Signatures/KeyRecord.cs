using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>What a key record says (RFC 6376 section 3.6.1).</summary>
public sealed class KeyRecord
{
    private byte[] _publicKey = [];

    private VerificationKey? _key;

    private KeyRecord(string text) => Text = text;

    /// <summary>The record as published.</summary>
    public string Text { get; }

    /// <summary>The tags in the order of the text, with those that are unknown and ignored; made when asked for.</summary>
    public ImmutableArray<RecordTag> Tags => TagList.Read(Text).Tags;

    /// <summary>The hash algorithms that may be used (<c>h=</c>); empty for any.</summary>
    internal ImmutableArray<string> HashAlgorithms { get; private set; } = [];

    /// <summary>The key type (<c>k=</c>), lower case; <c>rsa</c> when the record does not say.</summary>
    public string KeyType { get; private set; } = "rsa";

    /// <summary>The octets of the key (<c>p=</c>); empty for a revoked key.</summary>
    public ImmutableArray<byte> PublicKey => ImmutableCollectionsMarshal.AsImmutableArray(_publicKey);

    /// <summary>Whether the key is revoked: an empty <c>p=</c>.</summary>
    public bool IsRevoked => _publicKey.Length == 0;

    /// <summary>Whether the key may be used for mail (<c>s=</c> is absent or holds <c>email</c> or <c>*</c>).</summary>
    internal bool IsForEmail { get; private set; } = true;

    /// <summary>Whether the record names the service type of TLS reports (<c>s=tlsrpt</c>, RFC 8460 section 3).</summary>
    internal bool IsForTlsReports { get; private set; }

    /// <summary>Whether the domain is testing DKIM (<c>t=y</c>).</summary>
    public bool IsTesting { get; private set; }

    /// <summary>Whether the domain of <c>i=</c> must be that of <c>d=</c> and not one below it (<c>t=s</c>).</summary>
    internal bool RequiresExactDomain { get; private set; }

    /// <summary>The key, prepared once; of two threads that prepare it, both may use their own.</summary>
    internal VerificationKey VerificationKey => _key ??= Signatures.VerificationKey.Of(this);

    /// <summary>
    /// The size of the key in bits: of the modulus for RSA, 256 for Ed25519; 0 when <see cref="KeyDefect"/> is not null. Not judged:
    /// which sizes are refused is an option of the verifier.
    /// </summary>
    public int KeyBits => VerificationKey.Bits;

    /// <summary>
    /// Why no signature can be verified with the key, in one line: it is revoked, of an unknown type, or its octets are not a key of its type;
    /// null when nothing is wrong with it.
    /// </summary>
    public string? KeyDefect => VerificationKey.Fault?.Text;

    /// <summary>A key type as people write it, such as <c>RSA</c>; null for an unknown one.</summary>
    /// <param name="keyType">The value of <c>k=</c>, in any case.</param>
    public static string? KeyTypeTitle(string keyType)
    {
        ArgumentNullException.ThrowIfNull(keyType);
        return AlgorithmTable.Default.FindKeyType(keyType.ToLowerInvariant())?.Title;
    }

    /// <summary>Reads a key record.</summary>
    /// <param name="text">The text of the TXT record, its strings joined.</param>
    /// <returns>The record, or what is wrong with it and where.</returns>
    public static ParseResult<KeyRecord> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reader = new TagListReader(text);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var record = new KeyRecord(text);
        while (reader.TryRead(out var tag))
        {
            if (!seen.Add(tag.Name.ToString()))
            {
                return DuplicateTag.Error(tag);
            }

            switch (tag.Name)
            {
                case "v" when seen.Count > 1:
                    return new SyntaxError(SyntaxErrorCode.Malformed, tag.NamePosition, "v= is not the first tag (RFC 6376 section 3.6.1)");
                case "v" when tag.Value is not "DKIM1":
                    return new SyntaxError(SyntaxErrorCode.Unsupported, tag.ValuePosition, "v= is not DKIM1 (RFC 6376 section 3.6.1)");
                case "h":
                    record.HashAlgorithms = ReadList(tag.Value);
                    break;
                case "k":
                    record.KeyType = tag.Value.ToString().ToLowerInvariant();
                    break;
                case "p":
                    if (Base64Text.Decode(tag.Value) is not { } octets)
                    {
                        return new SyntaxError(SyntaxErrorCode.Malformed, tag.ValuePosition, "p= is not base64 (RFC 6376 section 3.6.1)");
                    }

                    record._publicKey = octets;
                    break;
                case "s":
                    var services = ReadList(tag.Value);
                    record.IsForEmail = services.Contains("*", StringComparer.Ordinal) || services.Contains("email", StringComparer.Ordinal);
                    record.IsForTlsReports = services.Contains("tlsrpt", StringComparer.Ordinal);
                    break;
                case "t":
                    var flags = ReadList(tag.Value);
                    record.IsTesting = flags.Contains("y", StringComparer.Ordinal);
                    record.RequiresExactDomain = flags.Contains("s", StringComparer.Ordinal);
                    break;
                default:
                    // n= is a note for people, RFC 6376 removed g=, and unknown tags are ignored.
                    break;
            }
        }

        if (reader.Error is not null)
        {
            return reader.Error;
        }

        return seen.Contains("p") ? record : new SyntaxError(SyntaxErrorCode.Missing, text.Length, "the required tag p= is missing (RFC 6376 section 3.6.1)");
    }

    // A colon-separated list with white space around its items; callers ignore unknown items.
    private static ImmutableArray<string> ReadList(ReadOnlySpan<char> value)
    {
        var items = ImmutableArray.CreateBuilder<string>(value.Count(':') + 1);
        foreach (var range in value.Split(':'))
        {
            items.Add(TagText.Trim(value[range]).ToString().ToLowerInvariant());
        }

        return items.MoveToImmutable();
    }
}
