using System.Collections.Immutable;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Complaints;

/// <summary>Whether a complaint about a message may go to an address that the message names in <c>CFBL-Address</c> (RFC 9477 section 3.1). Immutable.</summary>
/// <remarks>
/// A mailbox provider must not report unless the domains that the field takes have signed it, together with the identifier: anybody could else have complaints
/// sent to anybody.
/// <example>
/// <code>
/// var outcome = await pipeline.AuthenticateAsync(envelope, message);
/// foreach (var decision in CfblDecision.Decide(outcome, HeaderBlock.Parse(message)))
/// {
///     Console.WriteLine($"{decision.Address}: {decision.Code}");
/// }
/// </code>
/// </example>
/// </remarks>
public sealed class CfblDecision
{
    /// <summary>How many fields of a message are looked at, the lowest first, as signatures count them.</summary>
    public const int MaxAddresses = 10;

    private CfblDecision(CfblReason reason, CfblAddress? address) => (Reason, Address) = (reason, address);

    /// <summary>Why.</summary>
    public CfblReason Reason { get; }

    /// <summary>Whether a complaint may go there.</summary>
    public bool IsPermitted => Reason is CfblReason.Strict or CfblReason.Relaxed or CfblReason.ThirdParty;

    /// <summary>The reason as a word that never changes, such as <c>not_signed</c>.</summary>
    public string Code => Reason switch
    {
        CfblReason.Strict => "strict",
        CfblReason.Relaxed => "relaxed",
        CfblReason.ThirdParty => "third_party",
        CfblReason.NoAddress => "no_address",
        CfblReason.MalformedAddress => "malformed_address",
        CfblReason.NoAuthor => "no_author",
        CfblReason.NotSigned => "not_signed",
        CfblReason.AddressNotCovered => "address_not_covered",
        CfblReason.FeedbackIdNotCovered => "feedback_id_not_covered",
        CfblReason.OtherDomain => "other_domain",
        CfblReason.OtherFormat => "other_format",
        CfblReason.TooMany => "too_many",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The address; null when the field has none, or there is no field.</summary>
    public CfblAddress? Address { get; }

    /// <summary>Decides for each field of a message that was judged.</summary>
    /// <param name="outcome">The outcome, with DKIM.</param>
    /// <param name="header">The header of the same message.</param>
    /// <returns>A decision for each field, from the top; one with <see cref="CfblReason.NoAddress"/> without a field.</returns>
    public static ImmutableArray<CfblDecision> Decide(AuthenticationOutcome outcome, HeaderBlock header)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(header);
        var (addresses, identifiers) = (new List<string>(), 0);
        for (var i = 0; i < header.Count; i++)
        {
            if (header[i].IsNamed("CFBL-Address"u8))
            {
                addresses.Add(Encoding.Latin1.GetString(header[i].Value));
            }

            identifiers += header[i].IsNamed("CFBL-Feedback-ID"u8) ? 1 : 0;
        }

        return Decide(outcome.Author.Domain, addresses, identifiers, CfblSignature.Of(outcome.Dkim));
    }

    /// <summary>The same of the facts alone. Pure.</summary>
    /// <param name="author">The author domain; null when there is no one domain.</param>
    /// <param name="addresses">The values of the <c>CFBL-Address</c> fields, from the top.</param>
    /// <param name="feedbackIds">How many <c>CFBL-Feedback-ID</c> fields there are.</param>
    /// <param name="signatures">The valid signatures.</param>
    public static ImmutableArray<CfblDecision> Decide(
        DomainName? author, IReadOnlyList<string> addresses, int feedbackIds, IReadOnlyList<CfblSignature> signatures)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentNullException.ThrowIfNull(signatures);
        if (addresses.Count == 0)
        {
            return [new CfblDecision(CfblReason.NoAddress, null)];
        }

        var decisions = ImmutableArray.CreateBuilder<CfblDecision>(addresses.Count);
        for (var i = 0; i < addresses.Count; i++)
        {
            // RFC 6376 section 5.4.2: a name in h= takes the fields from the bottom up.
            var fromBottom = addresses.Count - i;
            if (fromBottom > MaxAddresses)
            {
                decisions.Add(new CfblDecision(CfblReason.TooMany, null));
            }
            else if (!CfblAddress.TryParse(addresses[i], out var address))
            {
                decisions.Add(new CfblDecision(CfblReason.MalformedAddress, null));
            }
            else
            {
                decisions.Add(new CfblDecision(Judge(author, address, fromBottom, feedbackIds, signatures), address));
            }
        }

        return decisions.MoveToImmutable();
    }

    /// <summary>The address and the reason.</summary>
    public override string ToString() => $"{Address?.Address ?? "no address"}: {Code}";

    private static CfblReason Judge(DomainName? author, CfblAddress address, int fromBottom, int identifiers, IReadOnlyList<CfblSignature> signatures)
    {
        if (author is null)
        {
            return CfblReason.NoAuthor;
        }

        if (signatures.Count == 0)
        {
            return CfblReason.NotSigned;
        }

        // Section 3.1.4: both fields are in h=, as often as they are in the message down to this one. Where there is no identifier, none can be covered.
        var onAddress = signatures.Where(signature => CfblRule.Count(signature.FieldNames, CfblRule.AddressField) >= fromBottom).ToArray();
        var onBoth = onAddress.Where(signature => CfblRule.Count(signature.FieldNames, CfblRule.IdentifierField) >= identifiers).ToArray();
        return Match(author, address.Domain, onBoth) is { } permitted ? address.IsXarf ? CfblReason.OtherFormat : permitted
            : Match(author, address.Domain, onAddress) is not null ? CfblReason.FeedbackIdNotCovered
            : Match(author, address.Domain, signatures) is not null ? CfblReason.AddressNotCovered
            : CfblReason.OtherDomain;
    }

    private static CfblReason? Match(DomainName author, DomainName address, IReadOnlyList<CfblSignature> signatures)
    {
        DomainName[] signers = [.. signatures.Select(static signature => signature.Domain)];
        return CfblRule.IsStrict(author, address, signers) ? CfblReason.Strict
            : CfblRule.IsRelaxed(author, address, signers) ? CfblReason.Relaxed
            : CfblRule.IsThirdParty(author, address, signers) ? CfblReason.ThirdParty
            : null;
    }
}
