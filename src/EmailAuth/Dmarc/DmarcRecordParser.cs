using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>Reads a DMARC record, tag by tag (RFC 9989 section 4.8). Only its version decides whether the text is a record.</summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct DmarcRecordParser
{
    // Enough for any honest record; 60 KB of semicolons must not make a list of 60,000 items.
    // Of tags; what is said of the record as a whole has room beside them.
    private const int MaxIgnoredTags = 64;

    private readonly string _record;
    private readonly ReadOnlySpan<char> _text;
    private ImmutableArray<DmarcIgnoredItem>.Builder? _ignored;
    private KnownTags _seen;
    private DmarcPolicy? _policy;
    private DmarcPolicy? _subdomainPolicy;
    private DmarcPolicy? _nonexistentSubdomainPolicy;
    private DmarcAlignmentMode _dkimAlignment;
    private DmarcAlignmentMode _spfAlignment;
    private DmarcDomainRole _domainRole;
    private bool _isTesting;
    private ImmutableArray<string> _aggregateReportUris = [];
    private ImmutableArray<string> _failureReportUris = [];
    private DmarcFailureOptions _failureOptions = DmarcFailureOptions.AllFail;
    private bool _invalidPolicy;
    private int _failureOptionsPosition;
    private int _failureOptionsLength;

    private DmarcRecordParser(string text)
    {
        _text = text;
        _record = text;
    }

    [Flags]
    private enum KnownTags
    {
        None = 0,
        P = 1,
        Sp = 2,
        Np = 4,
        Adkim = 8,
        Aspf = 16,
        Psd = 32,
        T = 64,
        Rua = 128,
        Ruf = 256,
        Fo = 512,
        V = 1024,
    }

    public static ParseResult<DmarcRecord> Parse(string text)
    {
        if (VersionEnd(text, out var error) is var start && error is not null)
        {
            return error;
        }

        var parser = new DmarcRecordParser(text);
        parser.ReadTags(start);
        return parser.Finish();
    }

    /// <summary>Whether a text can be a record. Most other texts fail at the first letter.</summary>
    public static bool MayBeRecord(string text)
    {
        if (text.Length < "v=DMARC1".Length || text[0] is not ('v' or 'V'))
        {
            return false;
        }

        var rest = text.AsSpan(1).TrimStart(" \t");
        return rest.StartsWith('=') && rest[1..].TrimStart(" \t").StartsWith("DMARC1", StringComparison.Ordinal);
    }

    // RFC 9989 section 4.8: dmarc-version = "v" equals %s"DMARC1". Nothing may precede it.
    private static int VersionEnd(ReadOnlySpan<char> text, out SyntaxError? error)
    {
        var end = text.IndexOf(';');
        end = end < 0 ? text.Length : end;
        var tag = text[..end];
        var equals = tag.IndexOf('=');
        var name = equals < 0 ? tag : tag[..equals];
        if (equals < 0 || !name.TrimEnd(" \t").Equals("v", StringComparison.OrdinalIgnoreCase))
        {
            error = new SyntaxError(SyntaxErrorCode.Missing, 0, "the first tag is not \"v\" (RFC 9989 section 4.7)");
        }
        else if (!tag[(equals + 1)..].Trim(" \t").SequenceEqual("DMARC1"))
        {
            error = new SyntaxError(SyntaxErrorCode.Unsupported, DmarcTagReader.SkipWhiteSpace(text, equals + 1), "the version is not exactly \"DMARC1\" (RFC 9989 section 4.7)");
        }
        else
        {
            error = null;
        }

        return Math.Min(end + 1, text.Length);
    }

    // dmarc-record = dmarc-version *(dmarc-sep dmarc-tag) [dmarc-sep] *WSP
    private void ReadTags(int start)
    {
        var reader = new DmarcTagReader(_text, start);
        while (reader.TryRead(out var tag, out var hasValue))
        {
            if (hasValue)
            {
                ReadTag(tag);
            }
            else if (!tag.Name.IsEmpty)
            {
                Ignore(DmarcIgnoredCode.NoValue, tag.NamePosition, tag.Name.Length, "a tag must have \"=\" and a value (RFC 9989 section 4.8)");
            }
            else
            {
                Ignore(DmarcIgnoredCode.NoTag, tag.NamePosition, 0, "no tag between two semicolons (RFC 9989 section 4.8)");
            }
        }
    }

    // dmarc-tag = 1*ALPHA equals 1*dmarc-value
    private void ReadTag(TagSpec tag)
    {
        foreach (var c in tag.Name)
        {
            if (!CharacterClasses.IsAlpha(c))
            {
                Ignore(DmarcIgnoredCode.InvalidName, tag.NamePosition, tag.Name.Length, "a tag name consists of letters (RFC 9989 section 4.8)");
                return;
            }
        }

        ReadKnownTag(tag.Name, tag.Value, tag.NamePosition, tag.ValuePosition);
    }

    private void ReadKnownTag(ReadOnlySpan<char> name, ReadOnlySpan<char> value, int position, int valuePosition)
    {
        Span<char> lower = stackalloc char[5];
        var known = name.Length is > 0 and <= 5 && name.ToLowerInvariant(lower) > 0 ? Known(lower[..name.Length]) : KnownTags.None;
        if (known == KnownTags.None)
        {
            IgnoreUnknown(name, position, valuePosition + value.Length - position);
            return;
        }

        if ((_seen & known) != KnownTags.None || known == KnownTags.V)
        {
            Ignore(DmarcIgnoredCode.Repeated, position, valuePosition + value.Length - position, $"a second \"{name}\": the first one counts");
            return;
        }

        _seen |= known;
        switch (known)
        {
            case KnownTags.P:
                _policy = ReadPolicy(name, value, valuePosition);
                break;
            case KnownTags.Sp:
                _subdomainPolicy = ReadPolicy(name, value, valuePosition);
                break;
            case KnownTags.Np:
                _nonexistentSubdomainPolicy = ReadPolicy(name, value, valuePosition);
                break;
            case KnownTags.Adkim:
                _dkimAlignment = ReadAlignmentMode(name, value, valuePosition);
                break;
            case KnownTags.Aspf:
                _spfAlignment = ReadAlignmentMode(name, value, valuePosition);
                break;
            case KnownTags.Psd:
                _domainRole = ReadLetter(name, value, valuePosition, "uyn") switch
                {
                    'y' => DmarcDomainRole.PublicSuffix,
                    'n' => DmarcDomainRole.Organizational,
                    _ => DmarcDomainRole.Unspecified,
                };
                break;
            case KnownTags.T:
                _isTesting = ReadLetter(name, value, valuePosition, "ny") == 'y';
                break;
            case KnownTags.Rua:
                _aggregateReportUris = ReadUris(value, valuePosition);
                break;
            case KnownTags.Ruf:
                _failureReportUris = ReadUris(value, valuePosition);
                break;
            case KnownTags.Fo:
                (_failureOptionsPosition, _failureOptionsLength) = (valuePosition, value.Length);
                _failureOptions = ReadFailureOptions(value, valuePosition);
                break;
            case KnownTags.None or KnownTags.V: // ignored above
            default:
                throw new UnreachableException();
        }
    }

    private static KnownTags Known(ReadOnlySpan<char> name) => name switch
    {
        "p" => KnownTags.P,
        "sp" => KnownTags.Sp,
        "np" => KnownTags.Np,
        "adkim" => KnownTags.Adkim,
        "aspf" => KnownTags.Aspf,
        "psd" => KnownTags.Psd,
        "t" => KnownTags.T,
        "rua" => KnownTags.Rua,
        "ruf" => KnownTags.Ruf,
        "fo" => KnownTags.Fo,
        "v" => KnownTags.V,
        _ => KnownTags.None,
    };

    private void IgnoreUnknown(ReadOnlySpan<char> name, int position, int length)
    {
        var isOld = name.Equals("pct", StringComparison.OrdinalIgnoreCase)
            || name.Equals("rf", StringComparison.OrdinalIgnoreCase)
            || name.Equals("ri", StringComparison.OrdinalIgnoreCase);
        Ignore(isOld ? DmarcIgnoredCode.Obsolete : DmarcIgnoredCode.Unknown, position, length, isOld
            ? $"\"{name}\" is a tag of RFC 7489 that RFC 9989 no longer defines"
            : "the tag is not defined (RFC 9989 section 4.7: unknown tags are ignored)");
    }

    // dmarc-request = "none" / "quarantine" / "reject"
    private DmarcPolicy? ReadPolicy(ReadOnlySpan<char> name, ReadOnlySpan<char> value, int position)
    {
        if (value.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return DmarcPolicy.None;
        }

        if (value.Equals("quarantine", StringComparison.OrdinalIgnoreCase))
        {
            return DmarcPolicy.Quarantine;
        }

        if (value.Equals("reject", StringComparison.OrdinalIgnoreCase))
        {
            return DmarcPolicy.Reject;
        }

        _invalidPolicy = true;
        Ignore(DmarcIgnoredCode.InvalidPolicy, position, value.Length, $"the value of \"{name}\" is not none, quarantine or reject (RFC 9989 section 4.7)");
        return null;
    }

    private DmarcAlignmentMode ReadAlignmentMode(ReadOnlySpan<char> name, ReadOnlySpan<char> value, int position) =>
        ReadLetter(name, value, position, "rs") == 's' ? DmarcAlignmentMode.Strict : DmarcAlignmentMode.Relaxed;

    /// <summary>A one-letter value in lower case; the first of those allowed, which is the default, when it is not one of them.</summary>
    private char ReadLetter(ReadOnlySpan<char> name, ReadOnlySpan<char> value, int position, string allowed)
    {
        var index = value.Length == 1 ? allowed.IndexOf(char.ToLowerInvariant(value[0]), StringComparison.Ordinal) : -1;
        if (index >= 0)
        {
            return allowed[index];
        }

        Ignore(DmarcIgnoredCode.InvalidValue, position, value.Length, $"the value of \"{name}\" is not one of {string.Join(", ", allowed.AsEnumerable())}; the default {allowed[0]} counts (RFC 9989 section 4.7)");
        return allowed[0];
    }

    // dmarc-fo; RFC 7489 section 6.3 allowed any combination of the values, and records use them: 1 asks for all that 0 asks for.
    private DmarcFailureOptions ReadFailureOptions(ReadOnlySpan<char> value, int position)
    {
        var options = DmarcFailureOptions.None;
        foreach (var range in value.Split(':'))
        {
            switch (value[range].Trim(" \t"))
            {
                case "0":
                    options |= DmarcFailureOptions.AllFail;
                    break;
                case "1":
                    options |= DmarcFailureOptions.AnyFail;
                    break;
                case "d" or "D":
                    options |= DmarcFailureOptions.Dkim;
                    break;
                case "s" or "S":
                    options |= DmarcFailureOptions.Spf;
                    break;
                default:
                    var start = range.Start.Value;
                    Ignore(DmarcIgnoredCode.InvalidFailureOption, position + start, range.End.Value - start, "a value of \"fo\" is not 0, 1, d or s (RFC 9989 section 4.7)");
                    break;
            }
        }

        return options == DmarcFailureOptions.None ? DmarcFailureOptions.AllFail
            : options.HasFlag(DmarcFailureOptions.AnyFail) ? options & ~DmarcFailureOptions.AllFail
            : options;
    }

    // dmarc-urilist = dmarc-uri *(*WSP "," *WSP dmarc-uri)
    private ImmutableArray<string> ReadUris(ReadOnlySpan<char> value, int position)
    {
        var uris = ImmutableArray.CreateBuilder<string>(1);
        foreach (var range in value.Split(','))
        {
            var start = DmarcTagReader.SkipWhiteSpace(value[..range.End.Value], range.Start.Value);
            var uri = value[start..range.End.Value].TrimEnd(" \t");
            if (DmarcReportUri.Check(uri, out var length) is { } reason)
            {
                Ignore(DmarcIgnoredCode.InvalidUri, position + start, uri.Length, reason);
                continue;
            }

            if (length < uri.Length)
            {
                Ignore(DmarcIgnoredCode.SizeLimit, position + start + length, uri.Length - length, "the size limit of RFC 7489 section 6.2 is no longer defined");
            }

            uris.Add(uri[..length].ToString());
        }

        return uris.DrainToImmutable();
    }

    private DmarcRecord Finish()
    {
        if ((_seen & KnownTags.Fo) != KnownTags.None && (_seen & KnownTags.Ruf) == KnownTags.None)
        {
            _failureOptions = DmarcFailureOptions.AllFail;
            Ignore(DmarcIgnoredCode.UselessFailureOptions, _failureOptionsPosition, _failureOptionsLength, "\"fo\" has no effect without \"ruf\" (RFC 9989 section 4.7)");
        }

        if ((_seen & KnownTags.P) == KnownTags.None)
        {
            _invalidPolicy = true;
            Ignore(DmarcIgnoredCode.MissingPolicy, _text.Length, 0, "\"p\" is missing (RFC 9989 section 4.10.1)");
        }

        _ignored?.Sort(static (a, b) => a.Position.CompareTo(b.Position));
        return new DmarcRecord
        {
            Text = _record,
            Policy = _policy,
            SubdomainPolicy = _subdomainPolicy,
            NonexistentSubdomainPolicy = _nonexistentSubdomainPolicy,
            Validity = !_invalidPolicy ? DmarcPolicyValidity.Valid
                : _aggregateReportUris.IsEmpty ? DmarcPolicyValidity.NotApplied : DmarcPolicyValidity.TreatedAsNone,
            DkimAlignment = _dkimAlignment,
            SpfAlignment = _spfAlignment,
            DomainRole = _domainRole,
            IsTesting = _isTesting,
            AggregateReportUris = _aggregateReportUris,
            FailureReportUris = _failureReportUris,
            FailureOptions = _failureOptions,
            Ignored = _ignored?.ToImmutable() ?? [],
        };
    }

    private void Ignore(DmarcIgnoredCode code, int position, int length, string reason)
    {
        _ignored ??= ImmutableArray.CreateBuilder<DmarcIgnoredItem>();
        if (_ignored.Count < MaxIgnoredTags || code is DmarcIgnoredCode.UselessFailureOptions or DmarcIgnoredCode.MissingPolicy)
        {
            _ignored.Add(new DmarcIgnoredItem(code) { Position = position, Length = length, Reason = reason });
        }
    }
}
