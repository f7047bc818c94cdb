using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Composition;

/// <summary>Tells BIMI what DMARC found, as the plain data it takes.</summary>
internal static class BimiRequests
{
    private const string SelectorField = "bimi-selector";

    /// <summary>A request for the author domain that DMARC judged, without a message.</summary>
    public static BimiRequest From(DmarcResult dmarc) => From(dmarc, null, null, [], trustedArcPassed: false);

    public static BimiRequest From(
        DmarcResult dmarc, Author? author, DkimResults? dkim, ImmutableArray<string> selectorFields, bool trustedArcPassed) => new()
        {
            // DMARC accepts several addresses of one domain; BIMI does not (BIMI draft section 7.1).
            AuthorDomain = author?.AddressCount > 1 ? null : dmarc.AuthorDomain,
            AuthorDefect = author?.AddressCount > 1 ? $"the From field has {author.AddressCount} addresses" : author?.Reason,
            AuthorLocalPart = author?.LocalPart,
            OrganizationalDomain = dmarc.OrganizationalDomain,
            DmarcResult = dmarc.Code.Keyword(),
            TrustedArcPassed = trustedArcPassed,
            RestsOnTestingKey = dkim is not null && RestsOnTestingKey(dmarc, dkim),
            AppliedPolicy = dmarc is { IsPolicyAssumed: false, PublishedPolicy: { } policy } ? Of(policy) : null,
            AuthorRecord = RecordAt(dmarc, dmarc.AuthorDomain),
            OrganizationalRecord = dmarc.OrganizationalDomain == dmarc.AuthorDomain ? null : RecordAt(dmarc, dmarc.OrganizationalDomain),
            SelectorFields = selectorFields,
            IsSelectorSigned = selectorFields.Length == 1 && IsSelectorSigned(dmarc, dkim),
        };

    private static BimiDmarcRecord? RecordAt(DmarcResult dmarc, DomainName? domain)
    {
        foreach (var lookup in dmarc.Walk)
        {
            if (lookup.Domain == domain && lookup.Record is { } record)
            {
                return new BimiDmarcRecord
                {
                    Policy = Of(record.PolicyFor(DmarcPolicyTag.Domain)),
                    SubdomainPolicy = record.SubdomainPolicy is { } policy ? Of(policy) : null,
                    Percentage = PercentageOf(record),
                    IsTesting = record.IsTesting,
                };
            }
        }

        return null;
    }

    // pct is a tag of RFC 7489 that RFC 9989 no longer defines; who still publishes it does not enforce the policy (BIMI draft section 7.1).
    private static int? PercentageOf(DmarcRecord record)
    {
        var reader = new TagListReader(record.Text);
        while (reader.TryRead(out var tag))
        {
            if (tag.Name.SequenceEqual("pct") && int.TryParse(tag.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var percentage))
            {
                return percentage;
            }
        }

        return null;
    }

    private static bool IsSelectorSigned(DmarcResult dmarc, DkimResults? dkim) =>
        dkim is not null
        && FirmSignatures(dmarc, dkim).Any(static signature => signature.Signature!.FieldNames.Contains(SelectorField, StringComparer.OrdinalIgnoreCase));

    private static bool RestsOnTestingKey(DmarcResult dmarc, DkimResults dkim)
    {
        var isAligned = false;
        foreach (var alignment in dmarc.Alignments)
        {
            if (alignment.Counts && alignment.Identifier.Method != IdentifierSource.Dkim)
            {
                return false;
            }

            isAligned |= alignment.Counts;
        }

        return isAligned && !FirmSignatures(dmarc, dkim).Any();
    }

    // The signatures that BIMI may rest on: they pass, align, and their key is not one of a domain that is testing.
    private static IEnumerable<DkimResult> FirmSignatures(DmarcResult dmarc, DkimResults dkim)
    {
        var aligned = dmarc.Alignments
            .Where(static alignment => alignment.Counts && alignment.Identifier.Method == IdentifierSource.Dkim)
            .Select(static alignment => alignment.Identifier.Domain)
            .ToHashSet();
        return aligned.Count == 0
            ? []
            : dkim.Signatures.Where(signature => signature is { Code: SignatureResultCode.Pass, IsTesting: false } && aligned.Contains(signature.Domain!));
    }

    private static BimiPolicy Of(DmarcPolicy policy) => policy switch
    {
        DmarcPolicy.Reject => BimiPolicy.Reject,
        DmarcPolicy.Quarantine => BimiPolicy.Quarantine,
        DmarcPolicy.None => BimiPolicy.None,
        _ => throw new UnreachableException(),
    };
}
