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

    /// <summary>Refuses a text that cannot be a name in <c>h=</c>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="parameter">The name of the caller's parameter.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static void RequireFieldName(string? name, string parameter)
    {
        if (string.IsNullOrEmpty(name) || name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.AsSpan().ContainsAny(':', ';'))
        {
            throw new ArgumentException("Not a field name (RFC 5322 section 2.2).", parameter);
        }
    }
}
