using System.Buffers;
using System.Globalization;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>Expands macro-strings (RFC 7208 section 7.3).</summary>
internal sealed class SpfMacroExpander
{
    // Only the last 253 characters of a name can count; what stands before twice that is dropped on the way.
    private const int KeptNameLength = 2 * (DomainName.MaxLength + 1);

    // RFC 3986 section 2.3: unreserved characters are not escaped.
    private static readonly SearchValues<byte> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    private readonly SpfCheckInput _input;
    private readonly TimeProvider _timeProvider;
    private readonly string? _receiver;

    public SpfMacroExpander(SpfCheckInput input, TimeProvider timeProvider, string? receiver)
    {
        _input = input;
        _timeProvider = timeProvider;
        _receiver = receiver;
    }

    /// <summary>The name that a domain-spec with macros stands for, or null when there can be no such name.</summary>
    /// <param name="macros">The macro-string.</param>
    /// <param name="domain">The domain whose record holds it.</param>
    /// <param name="pointer">The value of the "p" macro, when it is used.</param>
    public DomainName? ExpandName(SpfMacroString macros, DomainName domain, string? pointer)
    {
        // RFC 8616 section 4: a local part beyond ASCII never matches, whatever the transformers leave of it.
        if (!_input.HasAsciiLocalPart && (macros.Uses('l') || macros.Uses('s')))
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var part in macros.Parts)
        {
            Append(text, part, domain, pointer);
            if (text.Length > KeptNameLength)
            {
                text.Remove(0, text.Length - KeptNameLength);
            }
        }

        return SpfTargetName.Of(text.ToString());
    }

    /// <summary>An explanation in visible US-ASCII (RFC 7208 section 6.2), or null when it is longer than <paramref name="maxLength"/>.</summary>
    public string? ExpandExplanation(SpfMacroString macros, DomainName domain, string? pointer, int maxLength)
    {
        var text = new StringBuilder();
        foreach (var part in macros.Parts)
        {
            Append(text, part, domain, pointer);
            if (text.Length > maxLength)
            {
                return null;
            }
        }

        // What the client said (local part, HELO) may hold anything; an SMTP reply may not.
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is < ' ' or > '~')
            {
                text[i] = '?';
            }
        }

        return text.ToString();
    }

    private void Append(StringBuilder text, SpfMacroPart part, DomainName domain, string? pointer)
    {
        if (part.Literal is not null)
        {
            text.Append(part.Literal);
            return;
        }

        var value = part.Letter switch
        {
            'd' => domain.ToString(),
            'p' => pointer ?? "unknown",
            'r' => _receiver ?? "unknown",
            't' => _timeProvider.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            _ => _input.ValueOf(part.Letter),
        };
        if (part.IsSplit)
        {
            value = Transform(value, part);
        }

        if (part.IsEscaped)
        {
            AppendEscaped(text, value);
        }
        else
        {
            text.Append(value);
        }
    }

    // RFC 7208 section 7.3: split at the delimiters, reverse, keep the right-hand parts, join with ".".
    private static string Transform(string value, SpfMacroPart part)
    {
        var parts = value.Split(part.Delimiters.ToCharArray());
        if (part.IsReversed)
        {
            Array.Reverse(parts);
        }

        var skipped = part.PartCount == 0 ? 0 : Math.Max(0, parts.Length - part.PartCount);
        return string.Join('.', parts, skipped, parts.Length - skipped);
    }

    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var b in Encoding.UTF8.GetBytes(value))
        {
            if (Unreserved.Contains(b))
            {
                text.Append((char)b);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }
    }
}
