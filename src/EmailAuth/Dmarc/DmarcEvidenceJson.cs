using System.Diagnostics;
using System.Text.Json;

namespace EmailAuth.Dmarc;

/// <summary>Writes what a DMARC result rests on: whose policy it is and by which tag, what of the record has no effect, each identifier.</summary>
internal static class DmarcEvidenceJson
{
    /// <summary>Writes members of the object in hand.</summary>
    public static void Write(Utf8JsonWriter json, DmarcResult dmarc)
    {
        json.WriteString("policy_source", dmarc.Source switch
        {
            DmarcPolicySource.None => null,
            DmarcPolicySource.AuthorDomain => "author_domain",
            DmarcPolicySource.OrganizationalDomain => "organizational_domain",
            DmarcPolicySource.PublicSuffixDomain => "public_suffix_domain",
            _ => throw new UnreachableException(),
        });
        json.WriteString("policy_tag", dmarc.Record is null ? null : dmarc.PolicyTag);

        // The policy is that of a domain above, or an undecided result may rest on another record.
        json.WriteBoolean("policy_inherited", dmarc.Source is DmarcPolicySource.OrganizationalDomain or DmarcPolicySource.PublicSuffixDomain);
        json.WriteBoolean("policy_assumed", dmarc.IsPolicyAssumed);
        json.WriteString("evaluated_disposition", dmarc.Disposition.Keyword());
        json.WriteStartArray("ignored");
        foreach (var ignored in dmarc.Record?.Ignored ?? [])
        {
            json.WriteStringValue(ignored.ToString());
        }

        json.WriteEndArray();
        json.WriteStartArray("steps");
        foreach (var step in dmarc.Walk)
        {
            WriteStep(json, step, dmarc);
        }

        json.WriteEndArray();
        json.WriteStartArray("identifiers");
        foreach (var alignment in dmarc.Alignments)
        {
            WriteIdentifier(json, alignment);
        }

        json.WriteEndArray();
    }

    private static void WriteStep(Utf8JsonWriter json, DmarcLookup step, DmarcResult dmarc)
    {
        json.WriteStartObject();
        json.WriteString("name", $"_dmarc.{step.Domain}");
        json.WriteString("outcome", step.Outcome);
        json.WriteString("record", step.Record?.Text);
        json.WriteString("reason", step.Reason);
        json.WriteBoolean("applies", step.Record is not null && step.Domain == dmarc.PolicyDomain);
        json.WriteEndObject();
    }

    private static void WriteIdentifier(Utf8JsonWriter json, DmarcAlignment alignment)
    {
        json.WriteStartObject();
        json.WriteString("method", alignment.Identifier.Method switch
        {
            IdentifierSource.Spf => "spf",
            IdentifierSource.Dkim => "dkim",
            _ => throw new UnreachableException(),
        });
        json.WriteString("domain", alignment.Identifier.Domain.ToString());
        json.WriteString("result", alignment.Result);
        json.WriteBoolean("aligned", alignment.IsAligned);
        json.WriteString("mode", alignment.Mode switch
        {
            DmarcAlignmentMode.Relaxed => "relaxed",
            DmarcAlignmentMode.Strict => "strict",
            _ => throw new UnreachableException(),
        });
        json.WriteString("org_domain", alignment.OrganizationalDomain?.ToString());
        json.WriteString("reason", alignment.Outcome switch
        {
            DmarcAlignmentOutcome.SameDomain => "same_domain",
            DmarcAlignmentOutcome.SameOrganizationalDomain => "same_org_domain",
            DmarcAlignmentOutcome.DifferentDomain => "different_domain",
            DmarcAlignmentOutcome.DifferentOrganizationalDomain => "different_org_domain",
            DmarcAlignmentOutcome.NotChecked => "not_checked",
            DmarcAlignmentOutcome.NotNeeded => "not_needed",
            DmarcAlignmentOutcome.Unknown => "unknown",
            _ => throw new UnreachableException(),
        });
        json.WriteEndObject();
    }
}
