using System.Buffers;
using System.Globalization;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Results;

/// <summary>
/// Whether an Authentication-Results field that arrived claims to come from us (RFC 8601 section 5), by the reading of any reader that
/// may stand behind us: one that is strict, one that is lenient, and one that gives up on comments or quotes.
/// </summary>
internal sealed class AuthservIdClaim
{
    private static readonly IdnMapping Idna = new() { AllowUnassigned = true, UseStd3AsciiRules = false };

    private readonly string _authservId;

    public AuthservIdClaim(string authservId) => _authservId = Canonical(authservId);

    /// <summary>Whether a field's name is Authentication-Results by the most lenient reading.</summary>
    /// <param name="name">What stands before the colon.</param>
    public static bool IsNamed(ReadOnlySpan<byte> name)
    {
        var expected = "authentication-results"u8;
        if (name.Length < expected.Length)
        {
            return false;
        }

        var matched = 0;
        foreach (var b in name)
        {
            if (b is <= (byte)' ' or >= 0x7f)
            {
                continue; // white space, control bytes, and characters that may be invisible
            }

            if (matched == expected.Length || (char.IsAsciiLetterUpper((char)b) ? b | 0x20 : b) != expected[matched])
            {
                return false;
            }

            matched++;
        }

        return matched == expected.Length;
    }

    /// <summary>Why the value claims our authserv-id; null when it does not.</summary>
    /// <param name="value">What stands after the colon.</param>
    public string? ReasonFor(ReadOnlySpan<byte> value)
    {
        // Most fields do not name us in any way: that is seen without making a text of them.
        if (Ascii.IsValid(value) && value.IndexOf("=?"u8) < 0 && !Mentions(value))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(value);
        var reason = ReasonFor(text);

        // Some readers decode encoded words before they look at structure.
        return reason is null && text.Contains("=?", StringComparison.Ordinal) ? ReasonFor(EncodedWords.Decode(text)) : reason;
    }

    private string? ReasonFor(string text)
    {
        // A reader may take the authserv-id from any part between semicolons; some products write one before each method.
        if (AnyPartIsOurs(text) || StartsAsOursToSimplerReaders(text))
        {
            return "the field claims our authserv-id (RFC 8601 section 5)";
        }

        return AuthenticationResultsReader.Parse(text.AsSpan()).Error is { } error && MayBeTakenAsOurs(text)
            ? $"the field cannot be read and starts with our authserv-id: {error} (RFC 8601 section 5)"
            : null;
    }

    // Whether our name stands anywhere in a value of ASCII, by the reading of Canonical.
    private bool Mentions(ReadOnlySpan<byte> value)
    {
        char[]? rented = null;
        var kept = value.Length <= 512 ? stackalloc char[512] : rented = ArrayPool<char>.Shared.Rent(value.Length);
        var length = 0;
        foreach (var b in value)
        {
            if (b is > (byte)' ' and < 0x7f and not ((byte)'"' or (byte)'\\'))
            {
                kept[length++] = char.ToLowerInvariant((char)b);
            }
        }

        var mentions = kept[..length].IndexOf(_authservId) >= 0;
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return mentions;
    }

    // What a reader that gives up on comments or quotes could take as the authserv-id. A first part with "=" is a result of a field
    // without authserv-id: our name in it is the domain of some address, unless it stands first.
    private bool MayBeTakenAsOurs(string text)
    {
        var uncommented = new StructuredText(text);
        uncommented.SkipCfws();
        var semicolon = text.IndexOf(';', StringComparison.Ordinal);
        var first = Canonical(semicolon < 0 ? text : text.AsSpan(0, semicolon));
        return Canonical(text.AsSpan(uncommented.Position)).StartsWith(_authservId, StringComparison.Ordinal)
            || first.StartsWith(_authservId, StringComparison.Ordinal)
            || (first.Contains(_authservId, StringComparison.Ordinal) && !first.Contains('=', StringComparison.Ordinal));
    }

    // Also when only the start of it is ours, to a reader that stops where a token does.
    private bool IsOurs(ReadOnlySpan<char> authservId)
    {
        var canonical = Canonical(authservId);
        return canonical == _authservId
            || (canonical.StartsWith(_authservId, StringComparison.Ordinal) && !CharacterClasses.Token.Contains(canonical[_authservId.Length]));
    }

    // Comments nest and know escapes (RFC 5322 section 3.2.2); a reader that forgets either finds another authserv-id behind them.
    private bool StartsAsOursToSimplerReaders(ReadOnlySpan<char> value) =>
        value.Contains('(')
        && (IsOursBehindComments(value, nest: false, escape: true)
            || IsOursBehindComments(value, nest: true, escape: false)
            || IsOursBehindComments(value, nest: false, escape: false));

    private bool IsOursBehindComments(ReadOnlySpan<char> value, bool nest, bool escape)
    {
        var (position, depth) = (0, 0);
        for (; position < value.Length; position++)
        {
            switch (value[position])
            {
                case '\\' when escape && depth > 0:
                    position++;
                    break;
                case '(' when nest || depth == 0:
                    depth++;
                    break;
                case ')' when depth > 0:
                    depth--;
                    break;
                case var c when depth == 0 && !CharacterClasses.FoldingWhiteSpace.Contains(c):
                    return new StructuredText(value[position..]).TryReadValue(out var first) && IsOurs(StructuredText.Content(first));
            }
        }

        return false;
    }

    private bool AnyPartIsOurs(ReadOnlySpan<char> value)
    {
        var text = new StructuredText(value);
        while (text.SkipCfws() && !text.AtEnd)
        {
            if (!text.TryReadValue(out var part))
            {
                return false;
            }

            if (IsOurs(StructuredText.Content(part)))
            {
                return true;
            }

            // On to what follows the next semicolon.
            while (text.SkipCfws() && !text.AtEnd && !text.TrySkip(';'))
            {
                var start = text.Position;
                if (!text.TryReadValue(out _) || text.Position == start)
                {
                    return false;
                }
            }
        }

        return false;
    }

    // Lower case, A-labels, ASCII for full-width forms; without trailing dots, quotes, white space and what cannot be seen.
    private static string Canonical(ReadOnlySpan<char> text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            switch (c)
            {
                case '\\' or '"' or '\u00ad' or '\ufeff':
                case <= ' ' or >= '\u007f' and <= '\u00a0':
                case >= '\u200b' and <= '\u200f' or >= '\u202a' and <= '\u202e' or >= '\u2060' and <= '\u206f':
                    break;
                case '\u3002' or '\uff0e' or '\uff61': // RFC 3490 section 3.1: what IDNA takes as a dot
                    kept.Append('.');
                    break;
                case >= '\uff01' and <= '\uff5e':
                    kept.Append(char.ToLowerInvariant((char)(c - '\uff01' + '!')));
                    break;
                default:
                    kept.Append(char.ToLowerInvariant(c));
                    break;
            }
        }

        return ToALabels(kept.ToString().TrimEnd('.'));
    }

    private static string ToALabels(string name)
    {
        if (Ascii.IsValid(name) || name.Length > DomainName.MaxLength)
        {
            return name;
        }

        var mapped = LabelMapping.Map(name) ?? name;
        if (!HasConvertibleLabels(mapped))
        {
            return name;
        }

        try
        {
            return Idna.GetAscii(mapped);
        }
        catch (ArgumentException)
        {
            return name; // no internationalized domain name: compared as it stands
        }
    }

    // What is refused for sure: to find it out by an exception costs more than all else, and a stranger may write a name to every few bytes.
    private static bool HasConvertibleLabels(ReadOnlySpan<char> name)
    {
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (label.IsEmpty || (label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase) && !Ascii.IsValid(label)))
            {
                return false;
            }
        }

        return true;
    }
}
