using System.Text;
using System.Text.RegularExpressions;
using EmailAuth.Dmarc;

#pragma warning disable MA0009 // the texts are those of the tests

namespace EmailAuth.Tests.Dmarc;

/// <summary>Reads a DMARC record (RFC 9989 sections 4.7 and 4.8) in another way, by expressions and lists, and says all of what it holds in one text.</summary>
internal static class DmarcRecordOracle
{
    private const string Wsp = " \t";

    private static readonly string[] Tags = ["p", "sp", "np", "adkim", "aspf", "psd", "t", "rua", "ruf", "fo", "v"];

    /// <summary>What the library found.</summary>
    public static string Describe(string text)
    {
        var read = DmarcRecord.Parse(text);
        if (read.Value is not { } record)
        {
            return $"{read.Error!.Code} at {read.Error.Position}: {read.Error.Reason}";
        }

        var all = new StringBuilder();
        all.Append($"p={record.Policy} sp={record.SubdomainPolicy} np={record.NonexistentSubdomainPolicy} {record.Validity} adkim={record.DkimAlignment} aspf={record.SpfAlignment}")
            .Append($" psd={record.DomainRole} t={record.IsTesting} rua={string.Join('|', record.AggregateReportUris)} ruf={string.Join('|', record.FailureReportUris)} fo={record.FailureOptions}");
        foreach (var item in record.Ignored)
        {
            all.Append($"\n{item.Code} at {item.Position}+{item.Length}: {item.Reason}");
        }

        return all.Append('\n').AppendJoin('\n', record.Tags.Select(tag => $"{tag.Position}/{tag.ValuePosition}+{tag.Length} {tag}")).Append('\n').Append(record).ToString();
    }

    /// <summary>What is to be found.</summary>
    public static string Read(string text)
    {
        var parts = Split(text, ';').ToList();
        var first = parts[0].Text;
        var equals = first.IndexOf('=', StringComparison.Ordinal);
        if (!Regex.IsMatch(first, @"\A[vV][ \t]*="))
        {
            return "Missing at 0: the first tag is not \"v\" (RFC 9989 section 4.7)";
        }

        if (first[(equals + 1)..].Trim(' ', '\t') != "DMARC1")
        {
            return $"Unsupported at {equals + 1 + Spaces(text[(equals + 1)..])}: the version is not exactly \"DMARC1\" (RFC 9989 section 4.7)";
        }

        return new Reading(text).All(parts);
    }

    private static IEnumerable<(int Start, string Text)> Split(string text, char separator)
    {
        var start = 0;
        foreach (var part in text.Split(separator))
        {
            yield return (start, part);
            start += part.Length + 1;
        }
    }

    private static int Spaces(string text) => text.Length - text.TrimStart(' ', '\t').Length;

    private sealed class Reading(string record)
    {
        private readonly Dictionary<string, string> _values = [];
        private readonly List<(int Position, string Line)> _ignored = [];
        private readonly List<string> _tags = [];
        private readonly List<string> _rua = [];
        private readonly List<string> _ruf = [];
        private bool _isPolicyWrong;
        private (int Position, int Length) _fo;

        public string All(List<(int Start, string Text)> parts)
        {
            for (var i = 0; i < parts.Count; i++)
            {
                var (start, part) = parts[i];
                var position = start + Spaces(part);
                part = part.Trim(' ', '\t');
                if (part.Length == 0 && i == parts.Count - 1)
                {
                    break;
                }

                ReadPart(position, part, isVersion: i == 0);
            }

            if (_values.ContainsKey("fo") && !_values.ContainsKey("ruf"))
            {
                _values["fo"] = "AllFail";
                Ignore("useless_failure_options", _fo.Position, _fo.Length, "\"fo\" has no effect without \"ruf\" (RFC 9989 section 4.7)");
            }

            if (!_values.ContainsKey("p"))
            {
                _isPolicyWrong = true;
                Ignore("missing_policy", record.Length, 0, "\"p\" is missing (RFC 9989 section 4.10.1)");
            }

            var validity = !_isPolicyWrong ? "Valid" : _rua.Count > 0 ? "TreatedAsNone" : "NotApplied";
            var lines = new List<string>
            {
                $"p={Value("p", "")} sp={Value("sp", "")} np={Value("np", "")} {validity} adkim={Value("adkim", "Relaxed")} aspf={Value("aspf", "Relaxed")}"
                + $" psd={Value("psd", "Unspecified")} t={Value("t", "False")} rua={string.Join('|', _rua)} ruf={string.Join('|', _ruf)} fo={Value("fo", "AllFail")}",
            };
            lines.AddRange(_ignored.OrderBy(item => item.Position).Take(64).Select(item => item.Line));
            return string.Join('\n', [.. lines, .. _tags, record]);
        }

        private string Value(string name, string other) => _values.GetValueOrDefault(name, other);

        private void Ignore(string code, int position, int length, string reason) => _ignored.Add((position, $"{code} at {position}+{length}: {reason}"));

        private void ReadPart(int position, string part, bool isVersion)
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                Ignore(
                    part.Length > 0 ? "no_value" : "no_tag",
                    position,
                    part.Length,
                    part.Length > 0 ? "a tag must have \"=\" and a value (RFC 9989 section 4.8)" : "no tag between two semicolons (RFC 9989 section 4.8)");
                return;
            }

            var name = part[..equals].TrimEnd(' ', '\t');
            var valueStart = equals + 1 + Spaces(part[(equals + 1)..]);
            var value = part[valueStart..];
            if (name.Length > 0)
            {
                _tags.Add($"{position}/{position + valueStart}+{part.Length} {name}={value}");
            }

            if (!isVersion)
            {
                ReadTag(name, value, position, position + valueStart, part.Length);
            }
        }

        private void ReadTag(string name, string value, int position, int valuePosition, int length)
        {
            var known = name.ToLowerInvariant();
            if (!Regex.IsMatch(name, @"\A[A-Za-z]*\z"))
            {
                Ignore("invalid_name", position, name.Length, "a tag name consists of letters (RFC 9989 section 4.8)");
            }
            else if (known is "pct" or "rf" or "ri")
            {
                Ignore("obsolete", position, length, $"\"{name}\" is a tag of RFC 7489 that RFC 9989 no longer defines");
            }
            else if (!Tags.Contains(known))
            {
                Ignore("unknown", position, length, "the tag is not defined (RFC 9989 section 4.7: unknown tags are ignored)");
            }
            else if (known == "v" || _values.ContainsKey(known))
            {
                Ignore("repeated", position, length, $"a second \"{name}\": the first one counts");
            }
            else
            {
                _values[known] = known switch
                {
                    "p" or "sp" or "np" => Policy(name, value, valuePosition),
                    "adkim" or "aspf" => Letter(name, value, valuePosition, "rs") == 's' ? "Strict" : "Relaxed",
                    "psd" => Letter(name, value, valuePosition, "uyn") switch { 'y' => "PublicSuffix", 'n' => "Organizational", _ => "Unspecified" },
                    "t" => Letter(name, value, valuePosition, "ny") == 'y' ? "True" : "False",
                    "fo" => FailureOptions(value, valuePosition),
                    _ => Uris(known == "rua" ? _rua : _ruf, value, valuePosition),
                };
            }
        }

        private string Policy(string name, string value, int position)
        {
            if (new[] { "None", "Quarantine", "Reject" }.FirstOrDefault(word => word.Equals(value, StringComparison.OrdinalIgnoreCase)) is { } policy)
            {
                return policy;
            }

            _isPolicyWrong = true;
            Ignore("invalid_policy", position, value.Length, $"the value of \"{name}\" is not none, quarantine or reject (RFC 9989 section 4.7)");
            return "";
        }

        private char Letter(string name, string value, int position, string allowed)
        {
            foreach (var letter in allowed)
            {
                if (value == letter.ToString() || value == char.ToUpperInvariant(letter).ToString())
                {
                    return letter;
                }
            }

            Ignore(
                "invalid_value",
                position,
                value.Length,
                $"the value of \"{name}\" is not one of {(allowed.Length == 2 ? $"{allowed[0]}, {allowed[1]}" : "u, y, n")}; the default {allowed[0]} counts (RFC 9989 section 4.7)");
            return allowed[0];
        }

        private string FailureOptions(string value, int position)
        {
            _fo = (position, value.Length);
            var letters = new HashSet<char>();
            foreach (var (start, text) in Split(value, ':'))
            {
                var option = text.Trim(' ', '\t');
                if (option is "0" or "1" or "d" or "D" or "s" or "S")
                {
                    letters.Add(char.ToLowerInvariant(option[0]));
                }
                else
                {
                    Ignore("invalid_failure_option", position + start, text.Length, "a value of \"fo\" is not 0, 1, d or s (RFC 9989 section 4.7)");
                }
            }

            var options = DmarcFailureOptions.None;
            options |= letters.Contains('1') ? DmarcFailureOptions.AnyFail : letters.Contains('0') || letters.Count == 0 ? DmarcFailureOptions.AllFail : DmarcFailureOptions.None;
            options |= letters.Contains('d') ? DmarcFailureOptions.Dkim : DmarcFailureOptions.None;
            options |= letters.Contains('s') ? DmarcFailureOptions.Spf : DmarcFailureOptions.None;
            return options.ToString();
        }

        private string Uris(List<string> uris, string value, int position)
        {
            foreach (var (start, text) in Split(value, ','))
            {
                var place = position + start + Spaces(text);
                var whole = text.Trim(Wsp.ToCharArray());
                var (uri, problem) = Uri(whole);
                if (problem is not null)
                {
                    Ignore("invalid_uri", place, whole.Length, problem);
                    continue;
                }

                if (uri != whole)
                {
                    Ignore("size_limit", place + uri.Length, whole.Length - uri.Length, "the size limit of RFC 7489 section 6.2 is no longer defined");
                }

                uris.Add(uri);
            }

            return "";
        }

        private static (string Uri, string? Problem) Uri(string text)
        {
            var mark = text.LastIndexOf('!');
            if (mark >= 0 && !Regex.IsMatch(text[(mark + 1)..], @"\A[0-9]+[kmgtKMGT]?\z"))
            {
                return (text, "an exclamation point in a URI must be percent-encoded (RFC 9989 section 4.8)");
            }

            var uri = mark < 0 ? text : text[..mark];
            if (!Regex.IsMatch(uri, @"\A[A-Za-z][A-Za-z0-9+.-]*:"))
            {
                return (uri, "not a URI: it has no scheme such as \"mailto:\" (RFC 3986 section 3.1)");
            }

            if (!Regex.IsMatch(uri, @"\A[A-Za-z0-9+.-]+:(?:[A-Za-z0-9._~:/?#\[\]@$&'()*+;=-]|%[0-9A-Fa-f]{2})+\z"))
            {
                return (uri, "not a URI: it is empty or has a character that must be percent-encoded (RFC 3986 section 2)");
            }

            return Regex.IsMatch(uri, @"\Amailto:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant) && !Regex.IsMatch(uri, @"\A[^:]*:[^?]+@[^?@]+(?:\?.*)?\z", RegexOptions.Singleline)
                ? (uri, "a mailto: URI must name a mailbox (RFC 6068 section 2)")
                : (uri, null);
        }
    }
}
