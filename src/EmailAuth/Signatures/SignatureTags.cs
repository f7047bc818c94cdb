using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>
/// The tags of a signature field by the grammar of RFC 6376 section 3.5. Which of them must be there, and what <c>v=</c>, <c>i=</c> and
/// <c>cv=</c> mean, is for the field's own record.
/// </summary>
internal ref struct SignatureTags
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    // RFC 5322 section 3.6.8: visible ASCII but the colon.
    private static readonly SearchValues<char> FieldNameCharacters =
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c != ':')]);

    private readonly SignatureGrammar _grammar;
    private readonly AlgorithmTable _algorithms;

    private SignatureTags(SignatureGrammar grammar, AlgorithmTable algorithms)
    {
        _grammar = grammar;
        _algorithms = algorithms;
        FieldNames = [];
    }

    /// <summary>What keeps the text from being a tag list of well-formed values, or null. Values that could be read are kept.</summary>
    public SyntaxError? Error { get; private set; }

    /// <summary>Whether the text is a tag list in which no tag appears twice, whatever its values.</summary>
    public bool IsTagList { get; private set; }

    /// <summary>The tags that are there.</summary>
    public SignatureTagName Present { get; private set; }

    public ReadOnlySpan<char> Version { get; private set; }

    /// <summary>The raw value of <c>i=</c>: an identity in DKIM-Signature, the instance in ARC's fields.</summary>
    public ReadOnlySpan<char> I { get; private set; }

    /// <summary>Where the value of <c>i=</c> starts in the text.</summary>
    public int IPosition { get; private set; }

    /// <summary>The raw value of <c>cv=</c>, which only ARC-Seal has.</summary>
    public ReadOnlySpan<char> Cv { get; private set; }

    public SignatureAlgorithm? Algorithm { get; private set; }

    public SignatureCanonicalization HeaderCanonicalization { get; private set; }

    public SignatureCanonicalization BodyCanonicalization { get; private set; }

    /// <summary>The octets of <c>b=</c>.</summary>
    public byte[]? Signature { get; private set; }

    /// <summary>The octets of <c>bh=</c>.</summary>
    public byte[]? BodyHash { get; private set; }

    public DomainName? Domain { get; private set; }

    /// <summary>The labels of <c>s=</c>, lower case, A-labels.</summary>
    public DomainName? Selector { get; private set; }

    /// <summary>Where the key is (RFC 6376 section 3.6.2.1); known once <see cref="Conclude"/> has found nothing wrong.</summary>
    public DomainName? KeyName { get; private set; }

    /// <summary>The names of <c>h=</c> in lower case, in order, repetitions included; empty when the tag is absent.</summary>
    public ImmutableArray<string> FieldNames { get; private set; }

    public long? BodyLength { get; private set; }

    /// <summary>The digits of <c>l=</c>; null when it is absent.</summary>
    public string? BodyLengthText { get; private set; }

    /// <summary><c>t=</c> in seconds since 1970-01-01.</summary>
    public long? Timestamp { get; private set; }

    /// <summary><c>x=</c> in seconds since 1970-01-01.</summary>
    public long? Expiration { get; private set; }

    /// <summary>Reads a field's value.</summary>
    /// <param name="text">Everything after the colon, folding included, decoded from UTF-8 (RFC 8616 section 2).</param>
    /// <param name="grammar">The tags that the field has.</param>
    /// <param name="algorithms">The algorithms that are known.</param>
    public static SignatureTags Read(ReadOnlySpan<char> text, SignatureGrammar grammar, AlgorithmTable algorithms)
    {
        var tags = new SignatureTags(grammar, algorithms) { Error = TagText.Check(text) };
        if (tags.Error is not null)
        {
            return tags;
        }

        var reader = new TagListReader(text);
        HashSet<string>? unknown = null;
        while (reader.TryRead(out var tag))
        {
            var name = NameOf(tag.Name);
            var isNew = name == SignatureTagName.None
                ? (unknown ??= new HashSet<string>(StringComparer.Ordinal)).Add(tag.Name.ToString())
                : !tags.Has(name);
            if (!isNew)
            {
                tags.Error ??= DuplicateTag.Error(tag);
                return tags;
            }

            tags.Present |= name;
            tags.ReadValue(name & grammar.Defined, tag);
        }

        tags.Error ??= reader.Error;
        tags.IsTagList = reader.Error is null;
        tags.Error ??= tags.FirstMissing(text.Length);
        return tags;
    }

    /// <summary>Whether a tag is there.</summary>
    public readonly bool Has(SignatureTagName name) => (Present & name) != SignatureTagName.None;

    /// <summary>
    /// Checks what holds of tags together, after what is the field's own: the first error, or null. Only for tags without an error of their own.
    /// </summary>
    /// <param name="hashedWith">What <c>bh=</c> was made with, in the words of the field's own specification.</param>
    public SyntaxError? Conclude(string hashedWith)
    {
        if (BodyHash is not null && BodyHash.Length != Algorithm!.Hash.Length)
        {
            return new SyntaxError(
                SyntaxErrorCode.Inconsistent, 0, $"bh= holds {BodyHash.Length} octets where {hashedWith} makes {Algorithm.Hash.Length} (RFC 6376 section 3.7)");
        }

        if (Expiration <= Timestamp)
        {
            return new SyntaxError(SyntaxErrorCode.Inconsistent, 0, "x= is not later than t= (RFC 6376 section 3.5)");
        }

        KeyName = Domain!.PrependChecked("_domainkey")?.PrependChecked(Selector!.ToString());
        return KeyName is null ? new SyntaxError(SyntaxErrorCode.TooLong, 0, "s= and d= make a key name of more than 253 characters (RFC 1035 section 2.3.4)") : null;
    }

    private readonly SyntaxError? FirstMissing(int position)
    {
        var missing = _grammar.Required & ~Present;
        if (missing == SignatureTagName.None)
        {
            return null;
        }

        var first = (SignatureTagName)((int)missing & -(int)missing);
        return new SyntaxError(SyntaxErrorCode.Missing, position, $"the required tag {first.ToString().ToLowerInvariant()}= is missing ({_grammar.Section})");
    }

    // Tag names are case-sensitive (RFC 6376 section 3.2).
    private static SignatureTagName NameOf(ReadOnlySpan<char> name) => name switch
    {
        "a" => SignatureTagName.A,
        "b" => SignatureTagName.B,
        "bh" => SignatureTagName.Bh,
        "c" => SignatureTagName.C,
        "cv" => SignatureTagName.Cv,
        "d" => SignatureTagName.D,
        "h" => SignatureTagName.H,
        "i" => SignatureTagName.I,
        "l" => SignatureTagName.L,
        "q" => SignatureTagName.Q,
        "s" => SignatureTagName.S,
        "t" => SignatureTagName.T,
        "v" => SignatureTagName.V,
        "x" => SignatureTagName.X,
        "z" => SignatureTagName.Z,
        _ => SignatureTagName.None,
    };

    private void ReadValue(SignatureTagName name, in TagSpec tag)
    {
        var value = tag.Value;
        switch (name)
        {
            case SignatureTagName.A:
                ReadAlgorithm(tag);
                break;
            case SignatureTagName.B:
                Signature = ReadBase64(tag, "b=");
                break;
            case SignatureTagName.Bh:
                BodyHash = ReadBase64(tag, "bh=");
                break;
            case SignatureTagName.C:
                ReadCanonicalization(tag);
                break;
            case SignatureTagName.Cv:
                Cv = value;
                break;
            case SignatureTagName.D:
                ReadDomain(tag);
                break;
            case SignatureTagName.H:
                ReadFieldNames(tag);
                break;
            case SignatureTagName.I:
                I = value;
                IPosition = tag.ValuePosition;
                break;
            case SignatureTagName.L:
                BodyLength = ReadBodyLength(tag);
                break;
            case SignatureTagName.Q:
                ReadQueryMethods(tag);
                break;
            case SignatureTagName.S:
                ReadSelector(tag);
                break;
            case SignatureTagName.T:
                Timestamp = ReadTime(tag, "t=");
                break;
            case SignatureTagName.V:
                Version = value;
                break;
            case SignatureTagName.X:
                Expiration = ReadTime(tag, "x=");
                break;
            case SignatureTagName.Z or SignatureTagName.None:
                // z= is for diagnosis alone (RFC 6376 section 3.5), and unknown tags are ignored (section 3.2).
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void ReadAlgorithm(in TagSpec tag)
    {
        Algorithm = _algorithms.Find(tag.Value);
        if (Algorithm is null)
        {
            Fail(SyntaxErrorCode.Unsupported, tag.ValuePosition, "a= names an unknown algorithm (RFC 6376 section 3.3)");
        }
    }

    // RFC 6376 section 3.5: sig-c-tag = "c" [FWS] "=" [FWS] sig-c-tag-alg ["/" sig-c-tag-alg]; the body's half defaults to simple.
    private void ReadCanonicalization(in TagSpec tag)
    {
        var slash = tag.Value.IndexOf('/');
        var header = ReadCanonicalization(slash < 0 ? tag.Value : tag.Value[..slash]);
        var body = slash < 0 ? SignatureCanonicalization.Simple : ReadCanonicalization(tag.Value[(slash + 1)..]);
        if (header is null || body is null)
        {
            Fail(SyntaxErrorCode.Unsupported, tag.ValuePosition, "c= names an unknown canonicalization (RFC 6376 section 3.5)");
            return;
        }

        HeaderCanonicalization = header.Value;
        BodyCanonicalization = body.Value;
    }

    private static SignatureCanonicalization? ReadCanonicalization(ReadOnlySpan<char> name) =>
        name.Equals("relaxed", StringComparison.OrdinalIgnoreCase) ? SignatureCanonicalization.Relaxed
        : name.Equals("simple", StringComparison.OrdinalIgnoreCase) ? SignatureCanonicalization.Simple
        : null;

    private void ReadDomain(in TagSpec tag)
    {
        var domain = DomainName.Parse(tag.Value);
        if (!domain.IsSuccess)
        {
            Fail(domain.Error.Code, tag.ValuePosition + domain.Error.Position, $"d= is not a domain name: {domain.Error.Reason}");
        }
        else if (domain.Value.Parent is null)
        {
            // RFC 6376 section 3.5: domain-name = sub-domain 1*("." sub-domain)
            Fail(SyntaxErrorCode.Malformed, tag.ValuePosition, "d= has a single label (RFC 6376 section 3.5)");
        }
        else
        {
            Domain = domain.Value;
        }
    }

    private void ReadSelector(in TagSpec tag)
    {
        var selector = DomainName.Parse(tag.Value);
        if (selector.IsSuccess)
        {
            Selector = selector.Value;
        }
        else
        {
            Fail(selector.Error.Code, tag.ValuePosition + selector.Error.Position, $"s= is not a selector: {selector.Error.Reason}");
        }
    }

    // RFC 6376 section 3.5: sig-h-tag = ... hdr-name *( [FWS] ":" [FWS] hdr-name )
    private void ReadFieldNames(in TagSpec tag)
    {
        var names = new string[tag.Value.Count(':') + 1];
        var count = 0;
        for (var position = 0; position <= tag.Value.Length;)
        {
            var rest = tag.Value[position..];
            var colon = rest.IndexOf(':');
            var raw = colon < 0 ? rest : rest[..colon];
            var name = TagText.Trim(raw);
            if (name.IsEmpty && _grammar.AllowsEmptyFieldNames)
            {
                position += raw.Length + 1;
                continue;
            }

            if (name.IsEmpty)
            {
                Fail(SyntaxErrorCode.Malformed, tag.ValuePosition + position, "h= has an empty field name (RFC 6376 section 3.5)");
                return;
            }

            if (name.IndexOfAnyExcept(FieldNameCharacters) is var bad and >= 0)
            {
                Fail(SyntaxErrorCode.Malformed, tag.ValuePosition + position + bad, "h= has a field name with a character that a field name cannot have (RFC 5322 section 2.2)");
                return;
            }

            names[count++] = KnownFieldNames.Of(name);
            position += raw.Length + 1;
        }

        FieldNames = System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(count == names.Length ? names : names[..count]);
    }

    // RFC 6376 section 3.5: sig-l-tag = ... 1*76DIGIT. What exceeds 63 bits is as far beyond any body's end.
    private long? ReadBodyLength(in TagSpec tag)
    {
        if (tag.Value.IsEmpty || tag.Value.Length > 76 || tag.Value.ContainsAnyExcept(Digits))
        {
            Fail(NumberFault(tag, 76), tag.ValuePosition, "l= is not a number of 1 to 76 digits (RFC 6376 section 3.5)");
            return null;
        }

        BodyLengthText = tag.Value.ToString();
        return long.TryParse(tag.Value, out var length) ? length : long.MaxValue;
    }

    // RFC 6376 section 3.5: unrecognized query methods are ignored; without one we know there is no way to the key.
    private void ReadQueryMethods(in TagSpec tag)
    {
        var rest = tag.Value;
        while (true)
        {
            var colon = rest.IndexOf(':');
            var method = TagText.Trim(colon < 0 ? rest : rest[..colon]);
            if (method.Equals("dns/txt", StringComparison.OrdinalIgnoreCase))
            {
                return;
            }

            if (colon < 0)
            {
                Fail(SyntaxErrorCode.Unsupported, tag.ValuePosition, "q= names no known query method (RFC 6376 section 3.5)");
                return;
            }

            rest = rest[(colon + 1)..];
        }
    }

    // RFC 6376 section 3.5: 1*12DIGIT
    private long? ReadTime(in TagSpec tag, string name)
    {
        if (tag.Value.IsEmpty || tag.Value.Length > 12 || tag.Value.ContainsAnyExcept(Digits))
        {
            Fail(NumberFault(tag, 12), tag.ValuePosition, $"{name} is not a number of 1 to 12 digits (RFC 6376 section 3.5)");
            return null;
        }

        return long.Parse(tag.Value);
    }

    private byte[]? ReadBase64(in TagSpec tag, string name)
    {
        var octets = Base64Text.Decode(tag.Value);
        if (octets is null or [])
        {
            Fail(SyntaxErrorCode.Malformed, tag.ValuePosition, $"{name} is {(tag.Value.IsEmpty ? "empty" : "not base64")} (RFC 6376 section 3.5)");
            return null;
        }

        return octets;
    }

    private static SyntaxErrorCode NumberFault(in TagSpec tag, int maxDigits) =>
        tag.Value.Length > maxDigits ? SyntaxErrorCode.TooLong : SyntaxErrorCode.Malformed;

    private void Fail(SyntaxErrorCode code, int position, string reason) => Error ??= new SyntaxError(code, position, reason);
}
