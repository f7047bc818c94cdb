using System.Collections.Immutable;

namespace EmailAuth.Signatures;

/// <summary>Checks the names of fields that an application wants to be signed.</summary>
internal static class SignedFieldNames
{
    /// <summary>The names in lower case.</summary>
    /// <param name="names">The names, in any case.</param>
    /// <param name="withoutFrom">What to say when From is not among them.</param>
    /// <exception cref="ArgumentException">A name is not a field name or is there twice, or From is missing.</exception>
    public static ImmutableArray<string> Check(ImmutableArray<string> names, string withoutFrom)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var lower = ImmutableArray.CreateBuilder<string>();
        foreach (var name in names.IsDefault ? [] : names)
        {
            RequireFieldName(name, nameof(names));
            lower.Add(name.ToLowerInvariant());
            if (!seen.Add(lower[^1]))
            {
                throw new ArgumentException($"{name} is named twice.", nameof(names));
            }
        }

        return seen.Contains("from") ? lower.ToImmutable() : throw new ArgumentException(withoutFrom, nameof(names));
    }

    /// <summary>The names in lower case of fields that are signed once more than the message has them.</summary>
    /// <param name="names">The names, in any case.</param>
    /// <exception cref="ArgumentException">
    /// A name is not a field name or is there twice, or is that of a field that is added on the way, or From is missing.
    /// </exception>
    public static ImmutableArray<string> CheckOversigned(ImmutableArray<string> names)
    {
        var lower = Check(names, "From must be signed once more, or another From can be added (RFC 6376 section 8.15).");
        if (lower.Contains("dkim-signature", StringComparer.Ordinal))
        {
            throw new ArgumentException(
                "DKIM-Signature is not signed once more: each further signature would break the others (RFC 6376 sections 4 and 5.4).", nameof(names));
        }

        return lower.Contains("received", StringComparer.Ordinal)
            ? throw new ArgumentException("Received is not signed once more: each host on the way adds one (RFC 5321 section 4.4).", nameof(names))
            : lower;
    }

    /// <summary>Refuses a text that cannot be a name in <c>h=</c>, and the name of a field that no signature can cover.</summary>
    /// <param name="name">The name.</param>
    /// <param name="parameter">The name of the caller's parameter.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static void RequireFieldName(string? name, string parameter)
    {
        if (string.IsNullOrEmpty(name) || name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.AsSpan().ContainsAny(':', ';'))
        {
            throw new ArgumentException("Not a field name (RFC 5322 section 2.2).", parameter);
        }

        // RFC 6376 section 5.4 says SHOULD NOT. No message gains from it: at the latest where it is delivered, the signature breaks.
        if (name.Equals("Return-Path", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                "Return-Path is not signed: the host that delivers a message removes it, or adds another (RFC 5321 section 4.4, RFC 6376 section 5.4).", parameter);
        }
    }
}
