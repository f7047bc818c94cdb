using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using EmailAuth.Syntax;

namespace EmailAuth.Policy;

/// <summary>Reads the lines of the operator's exceptions. Pure.</summary>
internal static class PolicyExceptionsParser
{
    private const int MaxWhyLength = 200;

    // Of further wrong lines only the number is told.
    private const int MaxProblems = 10;

    private const string SkipWord = "skip";
    private const string UntilWord = "until";

    /// <summary>The methods that can be left out (RFC 8601 section 2.7).</summary>
    public static readonly ImmutableArray<string> Methods = ["spf", "dkim", "arc", "dmarc", "bimi", "iprev"];

    public static ParseResult<PolicyExceptions> Parse(string text)
    {
        if (text.Length > PolicyExceptions.MaxLength)
        {
            return new SyntaxError(SyntaxErrorCode.TooLong, PolicyExceptions.MaxLength, $"more than {PolicyExceptions.MaxLength} characters");
        }

        var all = ImmutableArray.CreateBuilder<PolicyExceptionLine>();
        var problems = new List<SyntaxError>();
        var (number, position, wrong) = (0, 0, 0);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var line = text.AsSpan(range).Trim();
            if (!line.IsEmpty && line[0] != '#')
            {
                if (all.Count == PolicyExceptions.MaxExceptions)
                {
                    wrong++;
                    problems.Add(Wrong(number, position, $"more than {PolicyExceptions.MaxExceptions} exceptions", SyntaxErrorCode.TooLong));
                    break;
                }

                var (exception, problem) = ReadLine(line, number);
                if (exception is not null)
                {
                    all.Add(exception);
                }
                else if (++wrong <= MaxProblems)
                {
                    problems.Add(Wrong(number, position, problem!, SyntaxErrorCode.Malformed));
                }
            }

            position = range.End.GetOffset(text.Length) + 1;
        }

        if (problems.Count == 0)
        {
            return new PolicyExceptions(all.ToImmutable());
        }

        var rest = wrong > problems.Count ? string.Create(CultureInfo.InvariantCulture, $"; {wrong} lines are wrong in all") : null;
        return new SyntaxError(problems[0].Code, problems[0].Position, string.Join("; ", problems.Select(static problem => problem.Reason)) + rest);
    }

    private static SyntaxError Wrong(int line, int position, string problem, SyntaxErrorCode code) =>
        new(code, position, string.Create(CultureInfo.InvariantCulture, $"line {line}: {problem}"));

    private static (PolicyExceptionLine? Exception, string? Problem) ReadLine(ReadOnlySpan<char> line, int number)
    {
        var hash = line.IndexOf('#');
        var why = hash < 0 ? string.Empty : line[(hash + 1)..].Trim().ToString();
        if (why.Length is 0 or > MaxWhyLength || why.Any(char.IsControl))
        {
            return (null, $"after # must be the reason, at most {MaxWhyLength} characters");
        }

        var words = line[..hash].ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2)
        {
            return (null, "a domain or network must be followed by accept, at-most-quarantine, reject or skip");
        }

        var (who, problem) = ReadWho(words[0]);
        if (who is null)
        {
            return (null, problem);
        }

        if (KindOf(words[1]) is not { } kind)
        {
            return (null, $"'{Shown(words[1])}' is not accept, at-most-quarantine, reject or skip");
        }

        var (at, methods) = (2, ImmutableArray<string>.Empty);
        if (kind == ExceptionAction.Skip)
        {
            methods = words.Length > 2 ? [.. words[2].ToLowerInvariant().Split(',')] : [];
            if (methods.IsEmpty || methods.Any(static method => !Methods.Contains(method, StringComparer.Ordinal)))
            {
                return (null, $"{SkipWord} must be followed by methods such as spf or spf,dkim, of {string.Join(", ", Methods)}");
            }

            at++;
        }

        var until = default(DateOnly?);
        if (words.Length > at)
        {
            if (words.Length != at + 2 || words[at] != UntilWord || !DateOnly.TryParseExact(words[at + 1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return (null, $"after the action may only be {UntilWord} and a day such as 2027-01-31, then # and the reason");
            }

            until = day;
        }

        return (new PolicyExceptionLine
        {
            Line = number,
            Kind = kind,
            Methods = methods,
            Until = until,
            Why = why,
            Domain = who.Value.Domain,
            IncludesSubdomains = who.Value.IncludesSubdomains,
            Network = who.Value.Network,
        }, null);
    }

    // "example.com", ".example.com", "192.0.2.0/24", "example.com@192.0.2.0/24".
    private static ((DomainName? Domain, bool IncludesSubdomains, IPNetwork? Network)? Who, string? Problem) ReadWho(string word)
    {
        if (NetworkText.Parse(word) is { } alone)
        {
            return ((null, false, alone), null);
        }

        var sign = word.IndexOf('@', StringComparison.Ordinal);
        var network = sign < 0 ? null : NetworkText.Parse(word[(sign + 1)..]);
        if (sign >= 0 && network is null)
        {
            return (null, $"'{Shown(word[(sign + 1)..])}' after @ is not a network such as 192.0.2.0/24");
        }

        var name = sign < 0 ? word : word[..sign];
        if (name.StartsWith("*.", StringComparison.Ordinal))
        {
            return (null, $"write {Shown(name[1..])} for the domain and all below it");
        }

        var includesSubdomains = name.StartsWith('.');
        var domain = DomainName.Parse(name.AsSpan(includesSubdomains ? 1 : 0)).Value;

        // A mistyped address must not become a domain: no top-level domain is a number (RFC 3696 section 2).
        return domain is null || char.IsAsciiDigit(domain.ToString()[^1])
            ? (null, $"'{Shown(name)}' is neither a domain nor a network")
            : ((domain, includesSubdomains, network), null);
    }

    private static ExceptionAction? KindOf(string word)
    {
        foreach (var kind in Enum.GetValues<ExceptionAction>())
        {
            if (kind.Keyword() == word)
            {
                return kind;
            }
        }

        return null;
    }

    private static string Shown(string text) => text.Length > 60 ? text[..60] + "..." : text;
}
