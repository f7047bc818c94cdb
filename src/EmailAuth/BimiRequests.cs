using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth;

/// <summary>Tells BIMI what the other methods found, as the plain data it takes.</summary>
internal static class BimiRequests
{
    private const string SelectorField = "bimi-selector";

    public static BimiRequest From(Author author, DmarcResult dmarc, DkimResults? dkim, ImmutableArray<string> selectorFields) => new()
    {
        AuthorDomain = author.Domain,
        AuthorDefect = author.Reason,
        AuthorLocalPart = author.LocalPart,
        OrganizationalDomain = dmarc.OrganizationalDomain,
        DmarcResult = dmarc.ToMethodResult().Result,
        AppliedPolicy = dmarc.PublishedPolicy is { } policy ? Of(policy) : null,
        AuthorRecord = RecordAt(dmarc, author.Domain),
        OrganizationalRecord = dmarc.OrganizationalDomain == author.Domain ? null : RecordAt(dmarc, dmarc.OrganizationalDomain),
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

    private static bool IsSelectorSigned(DmarcResult dmarc, DkimResults? dkim)
    {
        foreach (var signature in dkim?.Signatures ?? [])
        {
            if (signature.Code == DkimResultCode.Pass
                && signature.Signature!.FieldNames.Contains(SelectorField, StringComparer.OrdinalIgnoreCase)
                && dmarc.Alignments.Any(a => a.IsAligned && a.Identifier.Method == IdentifierMethod.Dkim && a.Identifier.Domain == signature.Domain))
            {
                return true;
            }
        }

        return false;
    }

    private static BimiPolicy Of(DmarcPolicy policy) => policy switch
    {
        DmarcPolicy.Reject => BimiPolicy.Reject,
        DmarcPolicy.Quarantine => BimiPolicy.Quarantine,
        _ => BimiPolicy.None,
    };
}
