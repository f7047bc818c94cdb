using System.Collections.Immutable;
using System.Text;
using EmailAuth.Fuzz.Support;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using MimeKitResults = MimeKit.Cryptography.AuthenticationResults;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// The writer of Authentication-Results, given any text: our reader and MimeKit's get back what was handed in. The input is lines: the
/// authserv-id, then a letter and a text each: "m" begins a method, "r" its result, "w" why, "c" a comment, "v" the value of a property.
/// </summary>
internal static class ResultsWriterTarget
{
    private static readonly string[] Keywords = ["pass", "fail", "none", "temperror", "x-own_2"];

    private static readonly string[] Methods = ["spf", "dkim", "dmarc", "arc", "x-own_2"];

    private static readonly ResultProperty[] Properties =
        [new("smtp", "mailfrom", ""), new("header", "d", ""), new("header", "from", ""), new("policy", "reason", ""), new("body", "x-1", "")];

    public static void Run(ReadOnlySpan<byte> input)
    {
        var lines = Unescaped(Encoding.UTF8.GetString(input)).Split('\x1f');
        if (lines[0].Length == 0 || lines.Length > 100)
        {
            return;
        }

        var field = new AuthenticationResults { AuthservId = lines[0], Results = ResultsOf(lines.AsSpan(1)) };
        var written = AuthenticationResultsWriter.WriteField(field);
        Expect.Field(written);
        var value = written["Authentication-Results: ".Length..];
        var read = AuthenticationResultsReader.Parse(value.AsSpan());
        FindingException.ThrowIf(!read.IsSuccess, $"what was written does not read: {read.Error}");
        Expect.Equal(Describe(Plain(field)), Describe(Plain(read.Value!)), "read back");
        var again = AuthenticationResultsReader.Parse(AuthenticationResultsWriter.WriteValue(read.Value!).AsSpan());
        Expect.Equal(Describe(read.Value!), again.Value is { } second ? Describe(second) : again.Error!.ToString(), "written again");

        FindingException.ThrowIf(!MimeKitResults.TryParse(Encoding.UTF8.GetBytes(value), out var theirs), $"MimeKit does not read it: {value}");
        Expect.Equal(Describe(read.Value!, withComments: false), Describe(theirs!), "MimeKit and our reader");
    }

    // Texts may hold line ends and the separator of lines, written as "\n", "\r" and "\s".
    private static string Unescaped(string text) => text.Replace('\n', '\x1f')
        .Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\s", "\x1e", StringComparison.Ordinal);

    private static ImmutableArray<MethodResult> ResultsOf(ReadOnlySpan<string> lines)
    {
        var results = new List<MethodResult>();
        foreach (var line in lines)
        {
            var text = line.Length > 1 ? line[1..] : string.Empty;
            switch (line)
            {
                case ['m', ..]:
                    results.Add(new MethodResult { Method = Methods[text.Length % Methods.Length], Result = "none" });
                    break;
                case ['r', ..] when results.Count > 0:
                    results[^1] = results[^1].Changed(r => r.Result, Keywords[text.Length % Keywords.Length]);
                    break;
                case ['w', ..] when results.Count > 0:
                    results[^1] = results[^1].Changed(r => r.Reason, text);
                    break;
                case ['c', ..] when results.Count > 0:
                    results[^1] = results[^1].Changed(r => r.Comment, text);
                    break;
                case ['v', ..] when results.Count > 0:
                    var property = WithValue(Properties[results[^1].Properties.Length % Properties.Length], text);
                    results[^1] = results[^1].Changed(r => r.Properties, results[^1].Properties.Add(property));
                    break;
            }
        }

        return [.. results];
    }

    private static ResultProperty WithValue(ResultProperty property, string value) => new(property.Type, property.Name, value);

    private static string Describe(AuthenticationResults field, bool withComments = true) =>
        $"{field.AuthservId}\n" + string.Join('\n', field.Results.Select(r =>
            $"{r.Method}={r.Result} {(withComments ? r.Comment : null)} reason={r.Reason} {string.Join('|', r.Properties.Select(p => $"{p.Type}.{p.Name}={p.Value}"))}"));

    private static string Describe(MimeKitResults field) =>
        $"{field.AuthenticationServiceIdentifier}\n" + string.Join('\n', field.Results.Select(r =>
            $"{r.Method}={r.Result}  reason={r.Reason} {string.Join('|', r.Properties.Select(p => $"{p.PropertyType}.{p.Property}={p.Value}"))}"));

    // What the writer documents: line ends and tabs become spaces, what is no text a question mark, and long texts are cut.
    private static AuthenticationResults Plain(AuthenticationResults field) => new()
    {
        Instance = field.Instance,
        AuthservId = Plain(field.AuthservId)!,
        Version = field.Version,
        Results =
        [
            .. field.Results.Select(r => new MethodResult
            {
                Method = r.Method,
                Result = r.Result,
                Reason = Plain(r.Reason),
                Comment = string.IsNullOrWhiteSpace(r.Comment) ? null : Plain(r.Comment),
                Properties = [.. r.Properties.Select(p => WithValue(p, Plain(p.Value)!))],
            }),
        ],
    };

    // A text is cut by its octets with escapes; the first 60 characters are there in any case.
    private static string? Plain(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var plain = new StringBuilder();
        foreach (var rune in text.Replace("\r\n", " ", StringComparison.Ordinal).EnumerateRunes())
        {
            plain.Append(rune.Value switch
            {
                '\r' or '\n' or '\t' or 0x2028 or 0x2029 => " ",
                var c when Rune.IsControl(rune) => "?",
                _ => rune.ToString(),
            });
        }

        var length = Math.Min(60, plain.Length);
        return plain.ToString(0, length < plain.Length && char.IsHighSurrogate(plain[length - 1]) ? length - 1 : length);
    }
}
