using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Results;

namespace EmailAuth.Inspection.Outcomes;

/// <summary>
/// Reads Authentication-Results leniently, for display: verdicts never depend on it. It first tries the grammar of RFC 8601; what does not
/// follow it is split at semicolons outside quotes and comments, and every METHOD=RESULT and TYPE.NAME=VALUE in it counts.
/// </summary>
internal static class EarlierReportReader
{
    private const int MaxFields = 64;
    private const int MaxResults = 64;
    private const int MaxOctets = 16 * 1024;

    public static ImmutableArray<EarlierReport> ReadAll(HeaderBlock header)
    {
        var reports = ImmutableArray.CreateBuilder<EarlierReport>();
        for (var index = 0; index < header.Count && reports.Count < MaxFields; index++)
        {
            var field = header[index];
            if (field.IsNamed("Authentication-Results"u8) || field.IsNamed("ARC-Authentication-Results"u8))
            {
                var value = field.Value;
                if (Read(Encoding.UTF8.GetString(value[..Math.Min(value.Length, MaxOctets)]), index) is { Results.IsEmpty: false } report)
                {
                    reports.Add(report);
                }
            }
        }

        return reports.DrainToImmutable();
    }

    internal static EarlierReport Read(string value, int index)
    {
        if (AuthenticationResultsReader.Parse(value) is { IsSuccess: true, Value: { } read })
        {
            return new EarlierReport
            {
                Host = read.AuthservId,
                Instance = read.Instance,
                FieldIndex = index,
                Results = [.. read.Results.Take(MaxResults)],
            };
        }

        string? host = null;
        int? instance = null;
        var results = ImmutableArray.CreateBuilder<MethodResult>();
        var segments = Segments(value);
        for (var number = 0; number < segments.Count && results.Count < MaxResults; number++)
        {
            if (ResultOf(segments[number]) is { } result)
            {
                results.Add(result);
            }
            else if (InstanceOf(segments[number]) is { } found)
            {
                instance ??= found;
            }
            else if (results.Count == 0)
            {
                host ??= segments[number].Find(static word => !word.Contains('=', StringComparison.Ordinal));
            }
        }

        return new EarlierReport { Host = host, Instance = instance, FieldIndex = index, Results = results.DrainToImmutable() };
    }

    // The words of each part between semicolons, without comments; quotes are removed.
    private static List<List<string>> Segments(string value)
    {
        List<List<string>> segments = [[]];
        var word = new StringBuilder();
        var (depth, isQuoted, isEscaped) = (0, false, false);
        foreach (var c in value)
        {
            if (isEscaped)
            {
                isEscaped = false;
                Append(c);
            }
            else if (c == '\\' && (isQuoted || depth > 0))
            {
                isEscaped = true;
            }
            else if (depth == 0 && c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (isQuoted)
            {
                Append(c);
            }
            else if (c is '(' or ')')
            {
                depth = Math.Max(0, depth + (c == '(' ? 1 : -1));
                EndWord();
            }
            else if (depth == 0 && (c == ';' || char.IsWhiteSpace(c)))
            {
                EndWord();
                if (c == ';')
                {
                    segments.Add([]);
                }
            }
            else
            {
                Append(c);
            }
        }

        EndWord();
        return segments;

        void Append(char c)
        {
            if (depth == 0)
            {
                word.Append(c);
            }
        }

        void EndWord()
        {
            if (word.Length > 0)
            {
                segments[^1].Add(word.ToString());
                word.Clear();
            }
        }
    }

    private static MethodResult? ResultOf(List<string> words)
    {
        if (words is not [var first, ..] || Split(first) is not var (method, result) || !IsKeyword(method) || !IsKeyword(result) || method == "i")
        {
            return null;
        }

        var properties = ImmutableArray.CreateBuilder<ResultProperty>();
        foreach (var word in words.Skip(1))
        {
            if (Split(word) is var (name, value) && name.Split('.') is [var type, var property] && IsKeyword(type) && IsKeyword(property))
            {
                properties.Add(new ResultProperty(type.ToLowerInvariant(), property.ToLowerInvariant(), value));
            }
        }

        // RFC 8601 section 2.2: a version may follow the method, as in "spf/1=pass".
        return new MethodResult
        {
            Method = method.Split('/')[0].ToLowerInvariant(),
            Result = result.ToLowerInvariant(),
            Properties = properties.DrainToImmutable(),
        };
    }

    private static int? InstanceOf(List<string> words) =>
        words is [['i' or 'I', '=', ..] word] && int.TryParse(word.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var instance) ? instance : null;

    private static (string Name, string Value)? Split(string word) =>
        word.IndexOf('=', StringComparison.Ordinal) is var at and > 0 && at < word.Length - 1 ? (word[..at], word[(at + 1)..]) : null;

    private static bool IsKeyword(string text) =>
        text is { Length: > 0 and <= 64 } && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '/');
}
