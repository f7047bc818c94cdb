using System.Buffers;
using System.Collections.Immutable;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>Reads one BIMI assertion record, tag by tag (BIMI draft section 4.3).</summary>
internal ref struct BimiRecordParser
{
    private const int MaxPrefixLength = DomainName.MaxLabelLength;

    private static readonly SearchValues<char> Allowed = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static code => (char)code), '\t', '\r', '\n']);

    private readonly string _text;
    private HashSet<string>? _names;
    private string? _location;
    private bool _hasLocation;
    private string? _evidence;
    private bool _hasPrefixes;
    private ImmutableArray<string> _prefixes = [];
    private BimiAvatarPreference? _preference = BimiAvatarPreference.Brand;

    public BimiRecordParser(string text) => _text = text;

    public ParseResult<BimiRecord> Parse()
    {
        if (!BimiRecord.IsBimiRecord(_text))
        {
            return ParseResult<BimiRecord>.Fail(SyntaxErrorCode.Malformed, 0, "the record does not start with \"v=BIMI1\" (BIMI draft section 4.3)");
        }

        // RFC 6376 section 3.2: VALCHAR is visible ASCII; white space may only fold.
        var bad = _text.AsSpan().IndexOfAnyExcept(Allowed);
        if (bad >= 0)
        {
            return ParseResult<BimiRecord>.Fail(SyntaxErrorCode.Malformed, bad, $"the character U+{(int)_text[bad]:X4} is not allowed in a record (RFC 6376 section 3.2)");
        }

        var reader = new TagListReader(_text);
        while (reader.TryRead(out var tag))
        {
            if (ReadTag(tag) is { } error)
            {
                return error;
            }
        }

        return reader.Error is { } malformed ? malformed : Result();
    }

    private readonly ParseResult<BimiRecord> Result() => _hasLocation
        ? new BimiRecord
        {
            Text = _text,
            Location = _location,
            EvidenceLocation = _evidence,
            UsesLocalPartSelectors = _hasPrefixes,
            LocalPartPrefixes = _prefixes,
            Preference = _preference,
        }
        : ParseResult<BimiRecord>.Fail(SyntaxErrorCode.Missing, _text.Length, "the required tag \"l\" is missing (BIMI draft section 4.3)");

    private SyntaxError? ReadTag(TagSpec tag)
    {
        // RFC 6376 section 3.2: tags with duplicate names make the list invalid; so do unknown ones.
        _names ??= new HashSet<string>(StringComparer.Ordinal);
        if (!_names.Add(tag.Name.ToString()))
        {
            return new SyntaxError(SyntaxErrorCode.Duplicate, tag.NamePosition, $"the tag \"{Excerpt.Of(tag.Name.ToString(), 20)}\" appears twice (RFC 6376 section 3.2)");
        }

        switch (tag.Name)
        {
            case "l":
                _hasLocation = true;
                return ReadUri(tag, out _location) ?? CheckImageFormat(tag);
            case "a":
                return ReadUri(tag, out _evidence);
            case "lps":
                _hasPrefixes = true;
                return ReadPrefixes(tag);
            case "avp":
                // Section 4.3: any other value is ignored, and not repeated in what the receiver adds.
                _preference = tag.Value switch
                {
                    "brand" => BimiAvatarPreference.Brand,
                    "personal" => BimiAvatarPreference.Personal,
                    _ => null,
                };
                return null;
            default:
                return null;
        }
    }

    private static SyntaxError? ReadUri(TagSpec tag, out string? uri)
    {
        uri = null;
        if (tag.Value.IsEmpty)
        {
            return null;
        }

        var parsed = HttpsUri.Parse(tag.Value.ToString());
        uri = parsed.Value?.Text;
        return parsed.Error is { } error
            ? new SyntaxError(error.Code, tag.ValuePosition + error.Position, $"the tag \"{tag.Name}\": {error.Reason}")
            : null;
    }

    // Section 4.3.2: only SVG and SVGZ are registered; any other suffix is a permanent error.
    private readonly SyntaxError? CheckImageFormat(TagSpec tag)
    {
        if (_location is null)
        {
            return null;
        }

        var path = HttpsUri.Parse(_location).Value!.Path;
        return path.EndsWith(".svg", StringComparison.Ordinal) || path.EndsWith(".svgz", StringComparison.Ordinal)
            ? null
            : new SyntaxError(SyntaxErrorCode.Unsupported, tag.ValuePosition, "the path of the tag \"l\" ends in neither .svg nor .svgz (BIMI draft section 4.3.2)");
    }

    private SyntaxError? ReadPrefixes(TagSpec tag)
    {
        if (tag.Value.IsEmpty)
        {
            return null;
        }

        var prefixes = ImmutableArray.CreateBuilder<string>();
        foreach (var range in tag.Value.Split(','))
        {
            var prefix = Trim(tag.Value[range]);
            if (prefix.IsEmpty || prefix.Length > MaxPrefixLength || !IsLettersDigitsHyphens(prefix))
            {
                return new SyntaxError(
                    SyntaxErrorCode.Malformed,
                    tag.ValuePosition + range.Start.Value,
                    $"a prefix in the tag \"lps\" is not 1 to {MaxPrefixLength} letters, digits and hyphens (BIMI draft section 4.5)");
            }

            prefixes.Add(prefix.ToString().ToLowerInvariant());
        }

        _prefixes = prefixes.ToImmutable();
        return null;
    }

    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        var start = text.IndexOfAnyExcept(CharacterClasses.FoldingWhiteSpace);
        return start < 0 ? [] : text[start..(text.LastIndexOfAnyExcept(CharacterClasses.FoldingWhiteSpace) + 1)];
    }

    private static bool IsLettersDigitsHyphens(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c != '-' && !CharacterClasses.IsAlphaDigit(c))
            {
                return false;
            }
        }

        return true;
    }
}
