using System.Collections.Immutable;
using EmailAuth.Messages;
using EmailAuth.Results;

namespace EmailAuth;

/// <summary>Finds the Authentication-Results fields of a message that claim to be ours (RFC 8601 section 5).</summary>
public static class ForgedResults
{
    /// <summary>
    /// The fields that claim an authserv-id in any form: other letter case, comments, a version, folding, quotes, U-labels, a trailing
    /// dot; those that cannot be read but start with it; and any field in which a bare CR or LF hides such a one. ARC-Authentication-Results fields are not among them: they belong to their chain.
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
        var hasHiddenLines = (header.Defects & (HeaderDefects.BareCarriageReturn | HeaderDefects.BareLineFeed)) != HeaderDefects.None;
        for (var i = 0; i < header.Count; i++)
        {
            var field = header[i];
            var isNamed = field.ColonIndex >= 0 && AuthservIdClaim.IsNamed(field.Raw.Span[..field.ColonIndex]);
            if (!isNamed && !hasHiddenLines)
            {
                continue;
            }

            var name = ForgedField.NameOf(field);
            occurrences ??= new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            var occurrence = occurrences[name] = occurrences.GetValueOrDefault(name) + 1;
            claim ??= new AuthservIdClaim(authservId);
            var reason = isNamed ? claim.ReasonFor(field.Value) : null;
            if ((reason ?? (hasHiddenLines ? HiddenClaim(claim, field.Raw.Span) : null)) is { } why)
            {
                forged ??= ImmutableArray.CreateBuilder<ForgedField>();
                forged.Add(new ForgedField(i, name, occurrence, why));
            }
        }

        return forged?.DrainToImmutable() ?? [];
    }

    // A bare CR or LF is no line end to us (RFC 5322 section 2.2), yet one to many a program behind us: what follows it there is a field.
    private static string? HiddenClaim(AuthservIdClaim claim, ReadOnlySpan<byte> raw)
    {
        var length = FieldLength(raw);
        while (length < raw.Length)
        {
            raw = raw[length..];
            length = FieldLength(raw);
            var hidden = raw[..length];
            var colon = hidden.IndexOf((byte)':');
            if (colon >= 0 && AuthservIdClaim.IsNamed(hidden[..colon]) && claim.ReasonFor(hidden[(colon + 1)..]) is { } reason)
            {
                return $"a bare CR or LF in the field hides another: {reason}";
            }
        }

        return null;
    }

    // Up to a line end of whatever kind that no white space follows.
    private static int FieldLength(ReadOnlySpan<byte> raw)
    {
        var length = 0;
        while (raw[length..].IndexOfAny((byte)'\r', (byte)'\n') is var end and >= 0)
        {
            length += end + 1;
            if (length == raw.Length || raw[length] is not ((byte)' ' or (byte)'\t' or (byte)'\n'))
            {
                return length;
            }
        }

        return raw.Length;
    }
}
