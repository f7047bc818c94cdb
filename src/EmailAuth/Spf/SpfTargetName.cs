using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>What an expanded domain-spec names (RFC 7208 section 4.8).</summary>
internal static class SpfTargetName
{
    /// <summary>The name, or null when it cannot exist: an empty label, one over 63 octets, a character beyond ASCII.</summary>
    public static DomainName? Of(ReadOnlySpan<char> expanded)
    {
        if (expanded.EndsWith('.'))
        {
            expanded = expanded[..^1];
        }

        // RFC 7208 section 7.3: a name of more than 253 characters loses labels on its left until it fits.
        if (expanded.Length > DomainName.MaxLength)
        {
            var rest = expanded[^(DomainName.MaxLength + 1)..];
            var dot = rest.IndexOf('.');
            if (dot < 0)
            {
                return null;
            }

            expanded = rest[(dot + 1)..];
        }

        return DomainName.ParseDnsName(expanded).Value;
    }
}
