using EmailAuth.Dmarc;

namespace EmailAuth.Reports.Aggregate;

/// <summary>What the text of RFC 9990 demands of a row beyond the schema, and what contradicts itself. The reader and the check share it. Pure.</summary>
internal static class AggregateRowRules
{
    private const string Pass = "pass";

    /// <summary>Checks a row.</summary>
    /// <param name="record">The row.</param>
    /// <param name="policy">The policy that applied; null when it is not known yet.</param>
    /// <param name="findings">Where findings go.</param>
    /// <param name="form">The form: what RFC 7489 leaves open is a note.</param>
    public static void Check(
        AggregateRecord record, PublishedPolicy? policy, AggregateFindings findings, AggregateReportForm form = AggregateReportForm.Rfc9990)
    {
        if (!AggregateRules.IsAddress(record.SourceAddress))
        {
            findings.Add(AggregateFindingCode.SourceNotAnAddress, AggregatePlaces.Source, argument: record.SourceAddress);
        }

        if (record.Count <= 0)
        {
            findings.Add(AggregateFindingCode.CountNotPositive, AggregatePlaces.Count);
        }

        AggregateRules.CheckDomain(record.HeaderFrom, AggregatePlaces.HeaderFrom, findings);
        if (record.EnvelopeFrom is { Length: > 0 } envelopeFrom)
        {
            AggregateRules.CheckDomain(envelopeFrom, AggregatePlaces.EnvelopeFrom, findings);
        }

        if (record.EnvelopeTo is { Length: > 0 } envelopeTo)
        {
            AggregateRules.CheckDomain(envelopeTo, AggregatePlaces.EnvelopeTo, findings);
        }

        CheckResults(record, findings, form == AggregateReportForm.Rfc7489 ? AggregateFindingSeverity.Note : null);
        CheckDisposition(record, policy, findings, form == AggregateReportForm.Rfc7489 ? AggregateFindingSeverity.Note : null);
        CheckPasses(record, findings);
    }

    private static void CheckResults(AggregateRecord record, AggregateFindings findings, AggregateFindingSeverity? ofMany)
    {
        if (record.DkimResults.Length > RowSignatures.Max)
        {
            findings.Add(AggregateFindingCode.TooManySignatures, AggregatePlaces.Dkim, argument: "100", severity: ofMany);
        }

        var others = false;
        foreach (var signature in record.DkimResults)
        {
            AggregateRules.CheckDomain(signature.Domain, AggregatePlaces.DkimDomain, findings);
            if (signature.Selector is { Length: > 0 } selector)
            {
                AggregateRules.CheckDomain(selector, AggregatePlaces.Selector, findings);
            }

            AggregateRules.CheckText(signature.HumanResult, AggregatePlaces.DkimHumanResult, findings);
            if (others && signature.Result == Pass)
            {
                findings.Add(AggregateFindingCode.SignatureOrder, AggregatePlaces.Dkim);
            }

            others |= signature.Result != Pass;
        }

        if (record.SpfResult is { } spf)
        {
            AggregateRules.CheckDomain(spf.Domain, AggregatePlaces.SpfDomain, findings);
            AggregateRules.CheckText(spf.HumanResult, AggregatePlaces.SpfHumanResult, findings);
        }

        foreach (var reason in record.Reasons)
        {
            AggregateRules.CheckText(reason.Comment, AggregatePlaces.ReasonComment, findings);
        }
    }

    // Appendix A: "If alignment fails and the policy applied does not match the domain's configured policy, the reason element MUST be specified."
    private static void CheckDisposition(AggregateRecord record, PublishedPolicy? policy, AggregateFindings findings, AggregateFindingSeverity? ofMissing)
    {
        var passes = record.Dkim == AlignedResult.Pass || record.Spf == AlignedResult.Pass;
        if (passes)
        {
            if (record.Disposition is AggregateDisposition.Quarantine or AggregateDisposition.Reject)
            {
                findings.Add(AggregateFindingCode.RefusedThoughPassed, AggregatePlaces.Disposition);
            }

            return;
        }

        if (record.Dkim == AlignedResult.Unknown || record.Spf == AlignedResult.Unknown)
        {
            return;
        }

        if (record.Disposition == AggregateDisposition.Pass)
        {
            findings.Add(AggregateFindingCode.PassThoughFailed, AggregatePlaces.Disposition);
        }
        else if (record.Reasons.IsEmpty && record.Disposition != AggregateDisposition.Unknown && policy is not null && !MayAsk(policy, record))
        {
            findings.Add(AggregateFindingCode.ReasonMissing, AggregatePlaces.Reason, severity: ofMissing);
        }
    }

    // For a subdomain, whether it exists decides between sp and np, and a report does not say that.
    private static bool MayAsk(PublishedPolicy policy, AggregateRecord record)
    {
        var asked = record.Disposition switch
        {
            AggregateDisposition.Quarantine => DmarcPolicy.Quarantine,
            AggregateDisposition.Reject => DmarcPolicy.Reject,
            AggregateDisposition.None or AggregateDisposition.Pass or AggregateDisposition.Unknown => DmarcPolicy.None,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (policy.Policy is null)
        {
            return true;
        }

        if (string.Equals(record.HeaderFrom, policy.Domain, StringComparison.OrdinalIgnoreCase))
        {
            return asked == policy.Policy;
        }

        var subdomains = policy.SubdomainPolicy ?? policy.Policy;
        return asked == subdomains || asked == (policy.NonexistentSubdomainPolicy ?? subdomains);
    }

    // What an aligned pass must rest on. Organizational domains are not looked up: domains without two labels in common have no common one.
    private static void CheckPasses(AggregateRecord record, AggregateFindings findings)
    {
        if (record.Dkim == AlignedResult.Pass)
        {
            string? foreign = null;
            var isExplained = false;
            foreach (var signature in record.DkimResults)
            {
                if (signature.Result == Pass)
                {
                    isExplained |= AreRelated(signature.Domain, record.HeaderFrom);
                    foreign ??= signature.Domain;
                }
            }

            AddPass(AggregateFindingCode.DkimPassUnexplained, AggregatePlaces.EvaluatedDkim, isExplained, foreign);
        }

        if (record.Spf == AlignedResult.Pass)
        {
            var isPass = record.SpfResult is { Result: Pass };
            AddPass(
                AggregateFindingCode.SpfPassUnexplained,
                AggregatePlaces.EvaluatedSpf,
                isPass && AreRelated(record.SpfResult!.Domain, record.HeaderFrom),
                isPass ? record.SpfResult!.Domain : null);
        }

        void AddPass(AggregateFindingCode unexplained, string place, bool isExplained, string? foreign)
        {
            if (isExplained)
            {
                return;
            }

            if (foreign is null)
            {
                findings.Add(unexplained, place);
            }
            else
            {
                findings.Add(AggregateFindingCode.ForeignPass, place, argument: foreign, second: record.HeaderFrom);
            }
        }
    }

    private static bool AreRelated(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        if (one.Equals(other, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var common = 0;
        while (one.Length > 0 && other.Length > 0)
        {
            var first = one[(one.LastIndexOf('.') + 1)..];
            var second = other[(other.LastIndexOf('.') + 1)..];
            if (!first.Equals(second, StringComparison.OrdinalIgnoreCase))
            {
                break;
            }

            if (++common == 2)
            {
                return true;
            }

            one = one[..Math.Max(0, one.Length - first.Length - 1)];
            other = other[..Math.Max(0, other.Length - second.Length - 1)];
        }

        // A public suffix of one label may itself send mail (psd=y), so one is an ancestor of the other.
        return common == 1 && (one.IsEmpty || other.IsEmpty);
    }
}
