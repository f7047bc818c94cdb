using System.Collections.Immutable;
using EmailAuth.Messages;
using EmailAuth.Results;

namespace EmailAuth;

/// <summary>Finds the Authentication-Results fields of a message that claim to be ours (RFC 8601 section 5).</summary>
public static class ForgedResults
{
    /// <summary>
    /// The fields that claim an authserv-id in any form: other letter case, comments, a version, folding, quotes, U-labels, a trailing
    /// dot, and those that cannot be read but name it. ARC-Authentication-Results fields are not among them: they belong to their chain.
    /// </summary>
    /// <param name="header">The header of the message as it arrived.</param>
    /// <param name="authservId">Our authserv-id.</param>
    /// <returns>The fields, top first.</returns>
    /// <exception cref="ArgumentException"><paramref name="authservId"/> is empty.</exception>
    public static ImmutableArray<ForgedField> Find(HeaderBlock header, string authservId)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentException.ThrowIfNullOrWhiteSpace(authservId);

        AuthservIdClaim? claim = null;
        Dictionary<string, int>? occurrences = null;
        ImmutableArray<ForgedField>.Builder? forged = null;
        for (var i = 0; i < header.Count; i++)
        {
            var field = header[i];
            var colon = field.ColonIndex;
            if (colon < 0 || !AuthservIdClaim.IsNamed(field.Raw.Span[..colon]))
            {
                continue;
            }

            var name = ForgedField.NameOf(field);
            occurrences ??= new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            var occurrence = occurrences[name] = occurrences.GetValueOrDefault(name) + 1;
            claim ??= new AuthservIdClaim(authservId);
            if (claim.ReasonFor(field.Value) is { } reason)
            {
                forged ??= ImmutableArray.CreateBuilder<ForgedField>();
                forged.Add(new ForgedField(i, name, occurrence, reason));
            }
        }

        return forged?.DrainToImmutable() ?? [];
    }
}
