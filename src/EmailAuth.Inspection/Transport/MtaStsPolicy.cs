using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Transport;

/// <summary>A policy of MTA-STS: the file that a domain serves (RFC 8461 section 3.2). Immutable.</summary>
public sealed class MtaStsPolicy
{
    // RFC 8461 section 3.2: "a plaintext non-negative integer seconds, maximum value of 31557600".
    private const int MostSeconds = 31_557_600;

    // A policy of the largest size that is fetched could have tens of thousands of lines.
    private const int MostPatterns = 1_000;

    private MtaStsPolicy()
    {
    }

    /// <summary>What senders do.</summary>
    public MtaStsMode Mode { get; private init; }

    /// <summary>How many seconds senders keep the policy.</summary>
    public int MaxAgeSeconds { get; private init; }

    /// <summary>The patterns of mail hosts: a name, or <c>*.</c> and a name. Lower case; empty only for the mode none.</summary>
    public ImmutableArray<string> Patterns { get; private init; } = [];

    /// <summary>Reads a policy.</summary>
    /// <param name="text">The file.</param>
    /// <returns>The policy, or what is wrong with it and where.</returns>
    public static ParseResult<MtaStsPolicy> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string? version = null;
        string? mode = null;
        string? age = null;
        var patterns = ImmutableArray.CreateBuilder<string>();
        for (var next = 0; next < text.Length;)
        {
            // Lines end in LF or CRLF.
            var start = next;
            var length = text.AsSpan(start).IndexOf('\n');
            var content = (length < 0 ? text.AsSpan(start) : text.AsSpan(start, length)).TrimEnd("\r \t");
            next = length < 0 ? text.Length : start + length + 1;
            if (content.IsEmpty)
            {
                continue;
            }

            var colon = content.IndexOf(':');
            if (colon <= 0)
            {
                return Wrong(start, $"\"{Shortened(content)}\" is not \"key: value\"");
            }

            var value = content[(colon + 1)..].Trim(" \t");
            switch (content[..colon])
            {
                // "If any non-repeated field is duplicated, all entries except for the first MUST be ignored."
                case "version":
                    version ??= value.ToString();
                    break;
                case "mode":
                    mode ??= value.ToString();
                    break;
                case "max_age":
                    age ??= value.ToString();
                    break;
                case "mx" when !IsPattern(value):
                    return Wrong(start, $"\"{Shortened(value)}\" is not a host name, with or without \"*.\" before it");
                case "mx" when patterns.Count < MostPatterns:
                    patterns.Add(value.ToString().ToLowerInvariant());
                    break;
                default:
                    break;
            }
        }

        return Make(version, mode, age, patterns.ToImmutable());
    }

    /// <summary>Whether a mail host matches a pattern (section 4.1): a star is exactly one label, the left-most.</summary>
    /// <param name="host">The host.</param>
    /// <param name="pattern">The pattern.</param>
    public static bool Matches(DomainName host, string pattern)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(pattern);
        return pattern.StartsWith("*.", StringComparison.Ordinal)
            ? host.Parent?.ToString() == pattern[2..]
            : host.ToString() == pattern;
    }

    private static ParseResult<MtaStsPolicy> Make(string? version, string? mode, string? age, ImmutableArray<string> patterns)
    {
        MtaStsMode? parsed = mode switch
        {
            "enforce" => MtaStsMode.Enforce,
            "testing" => MtaStsMode.Testing,
            "none" => MtaStsMode.None,
            _ => null,
        };
        return version != "STSv1" ? Wrong(0, version is null ? "version is missing" : $"the version is \"{Shortened(version)}\", not STSv1")
            : parsed is not { } known ? Wrong(0, mode is null ? "mode is missing" : $"\"{Shortened(mode)}\" is not a mode: enforce, testing or none")
            : !TryReadAge(age, out var seconds) ? Wrong(0, age is null ? "max_age is missing" : $"max_age must be a number up to {MostSeconds}, not \"{Shortened(age)}\"")
            : patterns.IsEmpty && known != MtaStsMode.None ? Wrong(0, "mx is missing")
            : new MtaStsPolicy { Mode = known, MaxAgeSeconds = seconds, Patterns = patterns };
    }

    private static bool TryReadAge(string? text, out int seconds)
    {
        seconds = 0;
        return text is { Length: > 0 and <= 10 } && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds <= MostSeconds;
    }

    private static bool IsPattern(ReadOnlySpan<char> value) =>
        DomainName.Parse(value.StartsWith("*.") ? value[2..] : value) is { IsSuccess: true } && System.Text.Ascii.IsValid(value);

    // A name is at most 253 characters; what a server sends instead may be of any length, and have characters that end the line of a reason.
    private static string Shortened(ReadOnlySpan<char> text)
    {
        var shown = text.Length <= 60 ? text.ToString() : $"{text[..60]}...";
        return shown.Any(char.IsControl) ? string.Concat(shown.Select(static c => char.IsControl(c) ? ' ' : c)) : shown;
    }

    private static ParseResult<MtaStsPolicy> Wrong(int position, string reason) => new SyntaxError(SyntaxErrorCode.Malformed, position, reason);
}
