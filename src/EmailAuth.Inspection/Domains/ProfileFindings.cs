using System.Collections.Immutable;
using EmailAuth.Dmarc;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Domains;

/// <summary>The findings of all parts that matter for what a domain is used for, and those that only follow from that.</summary>
internal sealed class ProfileFindings(DomainParts parts, DomainProfile profile)
{
    private readonly List<Finding> _findings = [];
    private readonly DomainName _domain = parts.Domain;

    public ImmutableArray<Finding> Collect()
    {
        _findings.AddRange(parts.Spf.Findings);
        _findings.AddRange(SpfReach.Findings(parts.Spf.Root));
        _findings.AddRange(parts.Keys.Findings);
        _findings.AddRange(parts.Keys.Keys.SelectMany(static key => key.Findings));
        _findings.AddRange(parts.Dmarc.OwnFindings);
        _findings.AddRange(parts.Bimi.Findings);
        _findings.AddRange(parts.MailHosts.Findings);
        _findings.AddRange(parts.Addresses.SelectMany(static address => address.Findings));
        _findings.AddRange(parts.MtaSts.Findings);
        _findings.AddRange(parts.TlsReporting.Findings);
        if (profile == DomainProfile.Sends)
        {
            JudgeSender();
        }
        else
        {
            JudgeSilent();
        }

        JudgeMailHosts();
        return [.. _findings];
    }

    private void JudgeSender()
    {
        if (parts.MailHosts.IsNull)
        {
            Add(FindingSeverity.Warning, FindingCode.MxNullOfSender, _domain.ToString());
        }
    }

    private void JudgeSilent()
    {
        JudgeSilentSpf();

        // No key is right, and so is a revoked one. A usable key is one that can be stolen; one that is only for TLS reports signs no other mail.
        Drop(FindingCode.DkimNoCommonSelector, FindingCode.DkimRevoked, FindingCode.DkimRevokedSelector, FindingCode.DkimAlias);
        foreach (var key in parts.Keys.Keys.Where(static key => key.Key is { IsRevoked: false } && key.Findings.All(static finding => finding.Code != FindingCode.DkimOnlyTlsReports)))
        {
            Add(FindingSeverity.Warning, FindingCode.DkimUnsentKey, key.Name.ToString());
        }

        // Nobody needs reports about mail that is not sent.
        Drop(FindingCode.DmarcNoReports);
        if (DmarcReach.Of(parts.Dmarc.Result).Domain is { } policy and not DmarcPolicy.Reject)
        {
            Drop(FindingCode.DmarcPolicyNone, FindingCode.DmarcTesting);
            Add(FindingSeverity.Warning, FindingCode.DmarcUnsentWeak, _domain.ToString(), policy.Keyword());
        }

        // The record lists no address that sends, so only addresses that were given matter.
        if (parts.Addresses.All(static address => !address.IsGiven))
        {
            foreach (var address in parts.Addresses)
            {
                _findings.RemoveAll(finding => address.Findings.Contains(finding));
            }
        }
    }

    private void JudgeSilentSpf()
    {
        var root = parts.Spf.Root;
        if (root.Failure is not null)
        {
            return;
        }

        if (root.Records.IsEmpty)
        {
            Drop(FindingCode.SpfNoTexts, FindingCode.SpfNoRecord, FindingCode.SpfNameMissing);
            Add(FindingSeverity.Error, FindingCode.SpfUnsentMissing, _domain.ToString());
        }
        else if (root.Record is not null && !ProfileGuess.FailsAll(root))
        {
            Add(FindingSeverity.Error, FindingCode.SpfUnsentAllows, _domain.ToString());
        }
    }

    private void JudgeMailHosts()
    {
        var hosts = parts.MailHosts;
        if (!hosts.IsKnown)
        {
            return;
        }

        if (profile == DomainProfile.Parked)
        {
            if (hosts.IsImplicit)
            {
                Add(FindingSeverity.Warning, FindingCode.MxParkedMissing, _domain.ToString());
            }
            else if (!hosts.Hosts.IsEmpty)
            {
                Add(FindingSeverity.Warning, FindingCode.MxOfParked, _domain.ToString());
            }
        }
        else if (!hosts.IsNull && hosts.Hosts.IsEmpty)
        {
            Add(FindingSeverity.Warning, FindingCode.MxMissing, _domain.ToString());
        }
        else if (hosts.IsImplicit)
        {
            Add(FindingSeverity.Note, FindingCode.MxImplicit, _domain.ToString());
        }

        if (hosts.IsNull || hosts.Hosts.IsEmpty || profile == DomainProfile.Parked)
        {
            // No mail arrives, so nothing protects its way.
            Drop(FindingCode.StsAbsent, FindingCode.TlsRptAbsent);
            if (hosts.IsNull && !parts.MtaSts.Texts.IsEmpty)
            {
                Add(FindingSeverity.Note, FindingCode.StsWithoutMail, _domain.ToString());
            }
        }
    }

    private void Drop(params ReadOnlySpan<FindingCode> codes)
    {
        foreach (var code in codes)
        {
            _findings.RemoveAll(finding => finding.Code == code);
        }
    }

    private void Add(FindingSeverity severity, FindingCode code, params ReadOnlySpan<string> arguments) =>
        _findings.Add(new Finding { Code = code, Severity = severity, Name = _domain, Arguments = [.. arguments] });
}
