using System.Buffers;
using System.Globalization;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>Expands macro-strings (RFC 7208 section 7.3).</summary>
internal sealed class SpfMacroExpander
{
    // Of a longer name the last 253 characters count. Three more: one to see where a label starts, one for a dot at the end, one to see that the name is longer.
    private const int KeptNameLength = DomainName.MaxLength + 3;

    private static readonly SearchValues<byte> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    private readonly CheckHostArguments _arguments;
    private readonly TimeProvider _timeProvider;
    private readonly string? _receiver;
    private readonly string?[] _values = new string?['z' - 'a' + 1];
    private StringBuilder? _piece;

    public SpfMacroExpander(CheckHostArguments arguments, TimeProvider timeProvider, string? receiver)
    {
        _arguments = arguments;
        _timeProvider = timeProvider;
        _receiver = receiver;
    }

    /// <summary>The name that a domain-spec with macros gives, or null when such a name cannot exist.</summary>
    /// <param name="spec">The domain-spec.</param>
    /// <param name="domain">The domain whose record holds it.</param>
    /// <param name="pointer">The value of the "p" macro, when it is used.</param>
    public DomainName? ExpandName(SpfDomainSpec spec, DomainName domain, string? pointer)
    {
        // RFC 8616 section 4: a local part beyond ASCII never matches, whatever the transformers leave of it.
        if (spec.UsesLocalPart && !_arguments.HasAsciiLocalPart)
        {
            return null;
        }

        // From the end: a record may have thousands of macros before the part that counts.
        Span<char> name = stackalloc char[KeptNameLength];
        var start = name.Length;
        var piece = _piece ??= new StringBuilder();
        for (var i = spec.Macros.Parts.Length - 1; i >= 0 && start > 0; i--)
        {
            piece.Clear();
            Append(piece, spec.Macros.Parts[i], domain, pointer);
            var count = Math.Min(piece.Length, start);
            start -= count;
            piece.CopyTo(piece.Length - count, name[start..], count);
        }

        return SpfTargetName.Of(name[start..]);
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

        // The local part and the HELO name may have any character; an SMTP reply may not.
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
            _ => _values[part.Letter - 'a'] ??= _arguments.ValueOf(part.Letter),
        };
        var start = text.Length;
        if (part.IsSplit)
        {
            AppendParts(text, value, part);
        }
        else
        {
            text.Append(value);
        }

        if (part.IsEscaped)
        {
            Escape(text, start);
        }
    }

    // RFC 7208 section 7.3: split at the delimiters, reverse, keep the right-hand parts, join with ".".
    private static void AppendParts(StringBuilder text, ReadOnlySpan<char> value, SpfMacroPart part)
    {
        // A record may have thousands of macros and a local part hundreds of delimiters, so the value is not split into strings.
        if (!part.IsReversed)
        {
            var start = value.Length + 1;
            for (var kept = 0; start > 0 && (part.PartCount == 0 || kept < part.PartCount); kept++)
            {
                start = value[..(start - 1)].LastIndexOfAny(part.Delimiters) + 1;
            }

            AppendJoined(text, value[start..], part.Delimiters);
            return;
        }

        // The right-hand parts of the reversed value are the left-hand parts, last one first.
        var end = -1;
        for (var kept = 0; end < value.Length && (part.PartCount == 0 || kept < part.PartCount); kept++)
        {
            var next = value[(end + 1)..].IndexOfAny(part.Delimiters);
            end = next < 0 ? value.Length : end + 1 + next;
        }

        for (var rest = value[..end]; ;)
        {
            var delimiter = rest.LastIndexOfAny(part.Delimiters);
            text.Append(rest[(delimiter + 1)..]);
            if (delimiter < 0)
            {
                return;
            }

            text.Append('.');
            rest = rest[..delimiter];
        }
    }

    private static void AppendJoined(StringBuilder text, ReadOnlySpan<char> value, ReadOnlySpan<char> delimiters)
    {
        for (var delimiter = value.IndexOfAny(delimiters); delimiter >= 0; delimiter = value.IndexOfAny(delimiters))
        {
            text.Append(value[..delimiter]).Append('.');
            value = value[(delimiter + 1)..];
        }

        text.Append(value);
    }

    // RFC 7208 section 7.3: characters that are not unreserved (RFC 3986 section 2.3) are percent-encoded, as UTF-8.
    private static void Escape(StringBuilder text, int start)
    {
        var value = text.ToString(start, text.Length - start);
        text.Length = start;
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
