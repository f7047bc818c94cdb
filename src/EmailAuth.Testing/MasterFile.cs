using System.Globalization;
using System.Text;
using System.Text.Unicode;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>
/// Reads zones in the form of name servers (master files, RFC 1035 section 5, as BIND and NSD have them), so that records can be checked before they
/// are published.
/// </summary>
/// <remarks>
/// It reads <c>$ORIGIN</c> and <c>$TTL</c>, comments, parentheses, quoted strings and escapes, and the types that mail depends on: A, AAAA, MX, PTR,
/// CNAME, TXT. Of every other type it keeps only that the name exists. It refuses <c>$INCLUDE</c> and <c>$GENERATE</c>, records of these types in the form
/// for unknown types (RFC 3597), and what a name server does not load: a CNAME beside other records (RFC 1034 section 3.6.2). Of equal records it keeps
/// one (RFC 2181 section 5). As from the DNS, a text is read as UTF-8 if all of its octets are, with <c>\DDD</c> for one octet, or else each octet is a
/// character.
/// </remarks>
public static class MasterFile
{
    /// <summary>Reads a zone.</summary>
    /// <param name="text">The text.</param>
    /// <param name="origin">The name that completes relative names until the text gives <c>$ORIGIN</c>; null for none, so that they are errors.</param>
    /// <returns>The zone, or an error with the number of its line.</returns>
    public static ParseResult<Zone> Parse(string text, DomainName? origin = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Reader(text, origin).Read();
    }

    /// <summary>Whether a text is a zone in JSON rather than a master file: its first character decides.</summary>
    /// <param name="text">The text.</param>
    public static bool IsJson(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().TrimStart("\uFEFF \t\r\n") is ['{', ..];
    }

    private sealed class Reader(string text, DomainName? origin)
    {
        private readonly Zone _zone = new();

        // To find equal records.
        private readonly HashSet<(DomainName Owner, ZoneEntryKind Type, ushort Preference, string Data)> _records = [];

        // By name: whether it is an alias.
        private readonly Dictionary<DomainName, bool> _isAlias = [];
        private DomainName? _origin = origin;
        private DomainName? _owner;
        private bool _isRoot;

        public ParseResult<Zone> Read()
        {
            var lexer = new MasterFileLexer(text);
            while (lexer.TryReadEntry())
            {
                if ((lexer.Error ?? Add(lexer.Entry, lexer.StartsWithOwner)) is { } reason)
                {
                    return new SyntaxError(SyntaxErrorCode.Malformed, lexer.Position, string.Create(CultureInfo.InvariantCulture, $"line {lexer.Line}: {reason}"));
                }
            }

            return _zone;
        }

        private string? Add(List<MasterFileToken> tokens, bool startsWithOwner)
        {
            if (tokens[0] is { IsQuoted: false, Text: ['$', ..] } directive)
            {
                return Direct(directive.Text, tokens);
            }

            var next = 0;
            if (startsWithOwner)
            {
                if (NameOf(tokens[next++].Text, out var reason) is not { } owner)
                {
                    return reason;
                }

                _owner = owner;
            }

            if (_owner is null)
            {
                return "an entry without a name, and no entry before it";
            }

            // RFC 1035 section 5.1: [<TTL>] [<class>] <type>, or class and TTL the other way round; both may be left out.
            for (; next < tokens.Count && (IsTimeToLive(tokens[next].Text) || IsClass(tokens[next].Text)); next++)
            {
                if (IsClass(tokens[next].Text) && !tokens[next].Text.Equals("IN", StringComparison.OrdinalIgnoreCase))
                {
                    return $"the class {tokens[next].Text} is not of the internet (IN)";
                }
            }

            return next == tokens.Count ? "there is no type" : AddRecord(_owner, tokens[next].Text.ToUpperInvariant(), tokens[(next + 1)..]);
        }

        private string? Direct(string directive, List<MasterFileToken> tokens)
        {
            switch (directive.ToUpperInvariant())
            {
                case "$ORIGIN" when tokens.Count == 2:
                    return SetOrigin(tokens[1].Text);
                case "$TTL" when tokens.Count == 2 && IsTimeToLive(tokens[1].Text):
                    return null;
                case "$ORIGIN" or "$TTL":
                    return $"{directive} needs one {(directive.Length == 4 ? "number" : "name")}";
                default:
                    return $"{directive} is not supported: write the records themselves";
            }
        }

        private string? SetOrigin(string name)
        {
            string? reason = null;
            var found = name == "." ? null : NameOf(name, out reason);
            if (reason is null)
            {
                (_origin, _isRoot) = (found, found is null);
            }

            return reason;
        }

        private string? AddRecord(DomainName owner, string type, List<MasterFileToken> data)
        {
            var (kind, count) = type switch
            {
                "A" => (ZoneEntryKind.A, 1),
                "AAAA" => (ZoneEntryKind.Aaaa, 1),
                "MX" => (ZoneEntryKind.MX, 2),
                "PTR" => (ZoneEntryKind.Ptr, 1),
                "CNAME" => (ZoneEntryKind.CName, 1),
                "TXT" => (ZoneEntryKind.Txt, 0),
                _ => (default(ZoneEntryKind), 0),
            };
            if (kind == default)
            {
                _zone.Add(owner);
                return !IsType(type) ? $"\"{type}\" is not a type of records"
                    : ReadTypeOf(type) is { } name ? $"{type} is not supported: write {name}, and its data as text"
                    : IsBesideAlias(type) ? null
                    : Conflict(owner, isAlias: false);
            }

            if (data is [{ IsGenericMark: true }, ..])
            {
                return $"\\# is not supported for {type}: write the data as text";
            }

            if (Conflict(owner, kind == ZoneEntryKind.CName) is { } conflict)
            {
                return conflict;
            }

            if (kind == ZoneEntryKind.Txt)
            {
                return AddText(owner, data);
            }

            if (data.Count != count)
            {
                return $"{type} needs {(count == 1 ? "one value" : "a preference and a host")}, not {data.Count.ToString(CultureInfo.InvariantCulture)}";
            }

            ushort preference = 0;
            if (kind == ZoneEntryKind.MX && !ushort.TryParse(data[0].Text, NumberStyles.None, CultureInfo.InvariantCulture, out preference))
            {
                return $"the preference \"{data[0].Text}\" is not a number up to 65535";
            }

            var value = data[^1].Text;
            if (kind is ZoneEntryKind.MX or ZoneEntryKind.Ptr or ZoneEntryKind.CName && !(kind == ZoneEntryKind.MX && value == "."))
            {
                if (NameOf(value, out var reason) is not { } target)
                {
                    return reason;
                }

                value = target.ToString();
            }

            var record = new ZoneRecord { Type = kind, Preference = preference, Data = value };
            return Add(owner, record, DataOf(record));
        }

        private string? AddText(DomainName owner, List<MasterFileToken> strings)
        {
            // RFC 1035 section 3.3: a character-string has at most 255 octets.
            var octets = strings.ConvertAll(static value => value.ToOctets());
            if (octets.Find(static value => value.Length > 255) is { } tooLong)
            {
                return $"a string of {tooLong.Length.ToString(CultureInfo.InvariantCulture)} octets: split it into strings of at most 255";
            }

            if (octets.Count == 0)
            {
                return "TXT needs at least one string";
            }

            var texts = Decode(octets);
            var record = texts.Length == 1
                ? new ZoneRecord { Type = ZoneEntryKind.Txt, Data = texts[0] }
                : new ZoneRecord { Type = ZoneEntryKind.Txt, Strings = [.. texts] };

            // The borders of the strings are a part of the data (RFC 1035 section 3.3.14).
            return Add(owner, record, string.Join(' ', octets.Select(static value => Convert.ToHexString(value))));
        }

        // As from the wire: all strings are one text. A character that begins in one string and ends in the next is in the next.
        private static string[] Decode(List<byte[]> strings)
        {
            var isUtf8 = Utf8.IsValid([.. strings.SelectMany(static value => value)]);
            var decoder = (isUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetDecoder();
            var texts = new string[strings.Count];
            for (var i = 0; i < texts.Length; i++)
            {
                var characters = new char[strings[i].Length + 1];
                texts[i] = new string(characters, 0, decoder.GetChars(strings[i], characters, flush: false));
            }

            return texts;
        }

        // The data is in one form for each value.
        private string? Add(DomainName owner, ZoneRecord record, string data)
        {
            try
            {
                ZoneRules.Check(record);
            }
            catch (JsonFault fault)
            {
                return fault.Message;
            }

            // RFC 2181 section 5: a set has no two equal records; name servers leave the second one out.
            if (!_records.Add((owner, record.Type, record.Preference, data)))
            {
                return null;
            }

            if (record.Type == ZoneEntryKind.CName && !_zone[owner].IsEmpty)
            {
                return $"a second CNAME at {owner}: an alias has one target (RFC 2181 section 10.1)";
            }

            _zone.Add(owner, record);
            return null;
        }

        // RFC 1034 section 3.6.2: a name with a CNAME has no other records.
        private string? Conflict(DomainName owner, bool isAlias)
        {
            if (!_isAlias.TryAdd(owner, isAlias) && _isAlias[owner] != isAlias)
            {
                return $"{owner} has a CNAME and other records, which name servers refuse (RFC 1034 section 3.6.2): write the records of its target instead of the CNAME";
            }

            return null;
        }

        private static string DataOf(ZoneRecord record) =>
            record.Type is ZoneEntryKind.A or ZoneEntryKind.Aaaa && VectorText.TryParseAddress(record.Data, out var address) ? address.ToString()
            : record.Data!;

        private DomainName? NameOf(string name, out string? reason)
        {
            reason = null;
            if (name == "@")
            {
                reason = _origin is null ? "\"@\" without $ORIGIN before it, or for the root" : null;
                return _origin;
            }

            if (!name.EndsWith('.') && _origin is null && !_isRoot)
            {
                reason = $"the relative name \"{name}\" without $ORIGIN before it: end it with a dot, or give $ORIGIN";
                return null;
            }

            var parsed = DomainName.ParseDnsName(name.EndsWith('.') || _isRoot ? name : $"{name}.{_origin}");
            reason = parsed.IsSuccess ? null : $"\"{name}\" is not a name: {parsed.Error.Reason}";
            return parsed.Value;
        }

        // A number of seconds, or of units as BIND writes them: 1h30m.
        private static bool IsTimeToLive(string text) =>
            text is [>= '0' and <= '9', ..] && text.All(static c => char.IsAsciiDigit(c) || c is 's' or 'm' or 'h' or 'd' or 'w' or 'S' or 'M' or 'H' or 'D' or 'W');

        private static bool IsClass(string text) => text.ToUpperInvariant() is "IN" or "CH" or "HS" or "CS" or "ANY";

        // RFC 4035 section 2.5: what DNSSEC says of a name is also beside a CNAME.
        private static bool IsBesideAlias(string type) => type is "RRSIG" or "NSEC" || NumberOf(type) is 46 or 47;

        // RFC 3597 section 5: a type by its number. Such records would count as not there.
        private static string? ReadTypeOf(string type) => NumberOf(type) switch
        {
            1 => "A",
            5 => "CNAME",
            12 => "PTR",
            15 => "MX",
            16 => "TXT",
            28 => "AAAA",
            _ => null,
        };

        private static int? NumberOf(string type) =>
            type.StartsWith("TYPE", StringComparison.Ordinal) && ushort.TryParse(type.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

        private static bool IsType(string type) => type is
            "SOA" or "NS" or "SRV" or "CAA" or "TLSA" or "SSHFP" or "DS" or "DNSKEY" or "RRSIG" or "NSEC" or "NSEC3" or "NSEC3PARAM" or "CDS" or "CDNSKEY"
            or "NAPTR" or "DNAME" or "HINFO" or "LOC" or "SVCB" or "HTTPS" or "OPENPGPKEY" or "SMIMEA" or "RP" or "SPF" or "URI" or "CERT" or "APL" or "ZONEMD"
            || (type.StartsWith("TYPE", StringComparison.Ordinal) && type.Length > 4 && type.AsSpan(4).IndexOfAnyExceptInRange('0', '9') < 0);
    }
}
