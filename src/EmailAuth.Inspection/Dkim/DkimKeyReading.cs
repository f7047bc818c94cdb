using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Dkim;

/// <summary>Explains one DKIM key record to people: each tag, and everything that is wrong or risky.</summary>
internal sealed class DkimKeyReading
{
    // RFC 8301 section 3.2: signers should use at least 2,048 bits; verifiers must be able to verify keys from 1,024 to 4,096 bits.
    private const int GoodBits = 2048;
    private const int MostBitsOfAll = 4096;
    private const int TypicalKeyText = 24;

    private readonly PublishedRecord _record;
    private readonly DkimOptions _limits;
    private readonly TagList _list;
    private readonly ParseResult<KeyRecord> _parsed;
    private readonly int _bits;

    public DkimKeyReading(PublishedRecord record, DkimOptions limits)
    {
        _record = record;
        _limits = limits;
        _list = TagList.Read(record.Text);
        _parsed = KeyRecord.Parse(record.Text);
        _bits = _parsed.Value?.KeyBits ?? 0;
    }

    public void Read()
    {
        foreach (var tag in _list.Tags)
        {
            _record.Explain(Shortened(tag), Meaning(tag), tag.Position, tag.Length);
            InspectTag(tag);
        }

        var key = First("p");
        if (PublicKeyText.HoldsPrivateKey(_record.Text, key is null ? [] : PublicKeyText.Decode(key.Value)))
        {
            _record.Error(FindingCode.DkimPrivateKey, key?.Position ?? 0, Math.Max(2, key?.Length ?? 0));
        }
        else if (_parsed.IsSuccess)
        {
            InspectKey(_parsed.Value);
            if (First("v") is null)
            {
                _record.Note(FindingCode.DkimNoVersion, 0, 0);
            }
        }
        else
        {
            ExplainError(_parsed.Error, key);
        }
    }

    private RecordTag? First(string name) => _list.Tags.FirstOrDefault(tag => tag.Name == name);

    // The parser reports the broken rule; people need to know which character broke it and where it came from.
    private void ExplainError(SyntaxError error, RecordTag? key)
    {
        if (_record.Text.IndexOf("\\;", StringComparison.Ordinal) is var escape and >= 0)
        {
            _record.Error(FindingCode.DkimZoneFileEscape, escape, 2, Numbers.Text(escape));
        }
        else if (key is not null && error.Position == key.ValuePosition && PublicKeyText.AddFault(_record, key))
        {
            return;
        }
        else if (error.Position == _list.Error?.Position && error.Position < _record.Text.Length)
        {
            _record.Error(FindingCode.DkimSyntaxAtCharacter, error.Position, 1, error.Reason, PublicKeyText.CharacterAt(_record.Text, error.Position));
        }
        else
        {
            _record.Error(FindingCode.DkimSyntax, error.Position, 1, error.Reason);
        }
    }

    private void InspectKey(KeyRecord key)
    {
        var position = First("p")!.Position;
        if (key.IsRevoked)
        {
            _record.Error(FindingCode.DkimRevoked, position, 2);
        }
        else if (KeyRecord.KeyTypeTitle(key.KeyType) is null && First("k") is { } type)
        {
            _record.Error(key.KeyType.Length == 0 ? FindingCode.DkimEmptyKeyType : FindingCode.DkimUnknownKeyType, type.Position, type.Length, type.Value);
        }
        else if (key.KeyDefect is { } defect)
        {
            _record.Error(FindingCode.DkimUnusableKey, position, 2, defect);
        }
        else if (key.KeyType == "rsa")
        {
            InspectSize(position);
        }
    }

    private void InspectSize(int position)
    {
        var bits = Numbers.Text(_bits);
        if (_bits < _limits.MinRsaBits)
        {
            _record.Error(FindingCode.DkimKeyTooSmall, position, 2, bits, Numbers.Text(_limits.MinRsaBits));
        }
        else if (_bits > _limits.MaxRsaBits)
        {
            _record.Error(FindingCode.DkimKeyTooLarge, position, 2, bits, Numbers.Text(_limits.MaxRsaBits), Numbers.Text(MostBitsOfAll));
        }
        else if (_bits is > MostBitsOfAll or < GoodBits)
        {
            var (code, bound) = _bits > MostBitsOfAll ? (FindingCode.DkimKeyLarge, MostBitsOfAll) : (FindingCode.DkimKeySmall, GoodBits);
            _record.Warn(code, position, 2, bits, Numbers.Text(bound));
        }
    }

    private void InspectTag(RecordTag tag)
    {
        var items = tag.Value.Split(':', StringSplitOptions.TrimEntries);
        switch (tag.Name)
        {
            case "t" when items.Contains("y", StringComparer.OrdinalIgnoreCase):
                _record.Warn(FindingCode.DkimTesting, tag.Position, tag.Length);
                break;
            case "h":
                InspectHashes(items, tag);
                break;
            case "s" when !items.Contains("*", StringComparer.Ordinal) && !items.Contains("email", StringComparer.OrdinalIgnoreCase):
                InspectServices(items, tag);
                break;
            case "g":
                _record.Warn(FindingCode.DkimGranularity, tag.Position, tag.Length);
                break;
            case "p" when tag.Value.AsSpan().IndexOfAny(" \t") is var space and >= 0 && PublicKeyText.IsBase64(tag.Value):
                _record.Note(FindingCode.DkimKeySpaces, tag.ValuePosition + space, 1);
                break;
            case "v" or "k" or "s" or "t" or "n" or "p":
                break;
            default:
                _record.Warn(FindingCode.DkimUnknownTag, tag.Position, tag.Name.Length, tag.Name);
                break;
        }
    }

    // RFC 8460 section 3: the key of TLS reports names the service type tlsrpt. A key for nothing else is right as it is.
    private void InspectServices(string[] items, RecordTag tag)
    {
        if (items.Contains("tlsrpt", StringComparer.OrdinalIgnoreCase))
        {
            _record.Note(FindingCode.DkimOnlyTlsReports, tag.ValuePosition, tag.Value.Length);
        }
        else
        {
            _record.Error(FindingCode.DkimNotForMail, tag.ValuePosition, tag.Value.Length);
        }
    }

    // RFC 6376 section 3.6.1: h= lists the allowed hashes; RFC 8301 section 3.1 leaves only sha256.
    private void InspectHashes(string[] items, RecordTag tag)
    {
        var (position, length) = (tag.ValuePosition, tag.Value.Length);
        var hasSha1 = items.Contains("sha1", StringComparer.OrdinalIgnoreCase);
        if (items.Contains("sha256", StringComparer.OrdinalIgnoreCase))
        {
            if (hasSha1)
            {
                _record.Warn(FindingCode.DkimSha1, position, length);
            }
        }
        else if (items is [""])
        {
            _record.Error(FindingCode.DkimEmptyHashes, position, length);
        }
        else if (Array.Find(items, IsAlgorithm) is { } algorithm)
        {
            _record.Error(FindingCode.DkimHashIsAlgorithm, position, length, algorithm);
        }
        else
        {
            _record.Error(hasSha1 ? FindingCode.DkimOnlySha1 : FindingCode.DkimUnknownHashes, position, length);
        }
    }

    // RFC 6376 section 3.5: a= is a key type, a hyphen and a hash.
    private static bool IsAlgorithm(string item) =>
        item.IndexOf('-', StringComparison.Ordinal) is var hyphen and > 0 && KeyRecord.KeyTypeTitle(item[..hyphen]) is not null;

    private string Meaning(RecordTag tag) => tag.Name switch
    {
        "v" => Version(tag.Value),
        "k" => KeyRecord.KeyTypeTitle(tag.Value) is { } title ? $"an {title} key{ReferenceOf(tag.Value)}" : "an unknown key type",
        "h" => tag.Value.Length == 0 ? "with no hash" : $"only with these hashes: {tag.Value.Replace(":", ", ", StringComparison.Ordinal)}",
        "s" => tag.Value.Split(':', StringSplitOptions.TrimEntries).Contains("*", StringComparer.Ordinal)
            ? "for any service"
            : $"only for: {tag.Value.Replace(":", ", ", StringComparison.Ordinal)}",
        "t" => string.Join("; ", tag.Value.Split(':', StringSplitOptions.TrimEntries).Select(flag => flag switch
        {
            // The verifier ignores case, so this does too.
            "y" or "Y" => $"{flag}: the domain is testing DKIM",
            "s" or "S" => $"{flag}: the domain of i= must be that of d=, not one below it",
            _ => $"{flag}: an unknown flag",
        })),
        "n" => "a note for people",
        "g" => "the local parts that may sign (RFC 4871); no longer defined",
        "p" when _parsed.Value is { } key && _bits > 0 => $"the public key: {KeyRecord.KeyTypeTitle(key.KeyType)}, {Numbers.Text(_bits)} bits",
        "p" => tag.Value.Length == 0 ? "empty: the key is revoked" : "the public key, which cannot be used",
        _ => "unknown, ignored",
    };

    private static string Version(string value)
    {
        if (value == "DKIM1")
        {
            return "a DKIM key record";
        }

        var looks = value.ToLowerInvariant() switch
        {
            var text when text.StartsWith("spf", StringComparison.Ordinal) => "it looks like SPF",
            var text when text.StartsWith("dmarc", StringComparison.Ordinal) => "it looks like DMARC",
            var text when text.StartsWith("bimi", StringComparison.Ordinal) => "it looks like BIMI",
            var text when text.StartsWith("tlsrpt", StringComparison.Ordinal) => "it looks like TLS reporting",
            var text when text.StartsWith("sts", StringComparison.Ordinal) => "it looks like MTA-STS",
            var text when text.StartsWith("dkim", StringComparison.Ordinal) => "the version must be exactly DKIM1",
            _ => "v= must be DKIM1",
        };
        return $"not a DKIM key record ({looks})";
    }

    private static string ReferenceOf(string keyType) => keyType.Equals("ed25519", StringComparison.OrdinalIgnoreCase) ? " (RFC 8463)" : string.Empty;

    private static string Shortened(RecordTag tag) =>
        tag.Value.Length <= TypicalKeyText || tag.Name != "p" ? tag.ToString() : $"p={tag.Value[..(TypicalKeyText / 2)]}...{tag.Value[^6..]}";
}
