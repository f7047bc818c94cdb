using System.Collections.Immutable;
using EmailAuth.Arc;
using EmailAuth.Messages;
using EmailAuth.Results;
using EmailAuth.Syntax;

namespace EmailAuth.Removal;

/// <summary>Finds the results in a message that claim to be ours (RFC 8601 section 5).</summary>
public static class ArrivingResultFields
{
    /// <summary>
    /// The Authentication-Results and ARC-Authentication-Results fields that claim an authserv-id in any form: other letter case, comments
    /// before and inside it, a version, folding, quotes, U-labels, characters that IDNA or NFKC maps to ASCII, a trailing dot; those that cannot be read but start with it; those that a
    /// reader simpler than the grammar treats as ours, such as one that splits a field at each semicolon; those of more than 16,384 characters that
    /// may hold it; and any field in which a line end hides such a one: a bare CR or LF, or in a field that was given by itself a CRLF without white
    /// space behind it. ARC's are
    /// among them unless a chain is known to pass.
    /// Of a chain that passes, the sets that we sealed keep their results. We are the domain of a seal that the authserv-id equals, or is below
    /// or above (the upper name has two labels at least), and the domains named here. A passing chain alone is not an excuse: anyone can seal a claim to our name with their own key.
    /// </summary>
    /// <param name="header">The header of the message as it arrived.</param>
    /// <param name="authservId">Our authserv-id.</param>
    /// <param name="arc">What ARC says of the message; null when it was not verified.</param>
    /// <param name="sealers">Other domains whose seals are ours or as good as ours; null for none.</param>
    /// <returns>The fields, top first.</returns>
    /// <exception cref="ArgumentException"><paramref name="authservId"/> is empty.</exception>
    public static ImmutableArray<FieldToRemove> Find(
        HeaderBlock header, string authservId, ArcResult? arc = null, IReadOnlySet<DomainName>? sealers = null)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentException.ThrowIfNullOrWhiteSpace(authservId);
        sealers ??= ImmutableHashSet<DomainName>.Empty;

        AuthservIdClaim? claim = null;
        Dictionary<string, int>? occurrences = null;
        ImmutableArray<FieldToRemove>.Builder? forged = null;
        var hasHiddenLines = header.Defects.MayHideLines();
        for (var i = 0; i < header.Count; i++)
        {
            var field = header[i];
            var isNamed = field.ColonIndex >= 0 && IsResults(field.Raw.Span[..field.ColonIndex]);
            if (!isNamed && !hasHiddenLines)
            {
                continue;
            }

            var name = FieldToRemove.NameOf(field);
            occurrences ??= new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            var occurrence = occurrences[name] = occurrences.GetValueOrDefault(name) + 1;
            claim ??= new AuthservIdClaim(authservId);
            var reason = isNamed ? claim.ReasonFor(field.Value) : null;
            reason = reason is not null && IsSealedByUs(field, authservId, arc, sealers) ? null : reason;
            if ((reason ?? (hasHiddenLines ? HiddenClaim(claim, field.Raw.Span) : null)) is { } why)
            {
                forged ??= ImmutableArray.CreateBuilder<FieldToRemove>();
                forged.Add(new FieldToRemove(why) { Index = i, Name = name, Occurrence = occurrence });
            }
        }

        return forged?.DrainToImmutable() ?? [];
    }

    /// <summary>The fields of a name, by the most lenient reading, and any in which a line end hides one; their indexes, ascending.</summary>
    /// <param name="header">The header of the message as it arrived.</param>
    /// <param name="name">The name, in lower case.</param>
    internal static ImmutableArray<int> FindNamed(HeaderBlock header, ReadOnlySpan<byte> name)
    {
        ImmutableArray<int>.Builder? found = null;
        for (var index = 0; index < header.Count; index++)
        {
            if (Holds(header[index].Raw.Span, name))
            {
                (found ??= ImmutableArray.CreateBuilder<int>()).Add(index);
            }
        }

        return found?.DrainToImmutable() ?? [];
    }

    private static bool IsResults(ReadOnlySpan<byte> name) =>
        LenientLine.IsNamed(name, "authentication-results"u8) || LenientLine.IsNamed(name, "arc-authentication-results"u8);

    // A field that only a lenient reader treats as one of ARC's does not belong to a chain.
    private static bool IsSealedByUs(HeaderField field, string authservId, ArcResult? arc, IReadOnlySet<DomainName> sealers)
    {
        if (arc is not { Code: ArcResultCode.Pass } || !field.IsNamed("ARC-Authentication-Results"u8))
        {
            return false;
        }

        var instance = ArcInstance.OfResults(field.Value);
        var sealer = arc.Sets.FirstOrDefault(set => set.Instance == instance)?.SealingDomain;
        return sealer is not null
            && (sealers.Contains(sealer)
                || (DomainName.Parse(authservId).Value is { } ours && (ours == sealer || IsBelow(ours, sealer) || IsBelow(sealer, ours))));
    }

    // An authserv-id may be one label, such as the name of a host. Below a name of one label are the domains of others, as below a top-level domain.
    private static bool IsBelow(DomainName name, DomainName upper) => upper.LabelCount > 1 && name.IsEqualToOrBelow(upper);

    // We do not treat a bare CR or LF as a line end (RFC 5322 section 2.2), but many programs behind us do: for them a field follows it. So it is with a
    // CRLF in a field that was given by itself, when no white space follows.
    private static RemovalGround? HiddenClaim(AuthservIdClaim claim, ReadOnlySpan<byte> raw)
    {
        var length = LenientLine.LengthOfFirst(raw);
        while (length < raw.Length)
        {
            raw = raw[length..];
            length = LenientLine.LengthOfFirst(raw);
            var hidden = raw[..length];
            var colon = hidden.IndexOf((byte)':');
            if (colon >= 0 && IsResults(hidden[..colon]) && claim.ReasonFor(hidden[(colon + 1)..]) is { } reason)
            {
                return new RemovalGround(RemovalReason.HiddenClaim, $"a line end in the field hides another: {reason.Text}");
            }
        }

        return null;
    }

    private static bool Holds(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> name)
    {
        while (!raw.IsEmpty)
        {
            var length = LenientLine.LengthOfFirst(raw);
            if (LenientLine.ValueOf(raw[..length], name) >= 0)
            {
                return true;
            }

            raw = raw[length..];
        }

        return false;
    }
}
