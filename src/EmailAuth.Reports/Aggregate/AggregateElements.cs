using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using EmailAuth.Dmarc;

namespace EmailAuth.Reports.Aggregate;

/// <summary>Writes the elements of an aggregate report in the order of RFC 9990 Appendix A.</summary>
internal readonly struct AggregateElements(XmlWriter xml)
{
    private readonly XmlWriter _xml = xml;

    /// <summary>What comes before the rows.</summary>
    public void Begin(AggregateReportMetadata metadata, PublishedPolicy policy)
    {
        if (policy.Policy is not { } published)
        {
            throw new ArgumentException("The policy is not known (p).", nameof(policy));
        }

        _xml.WriteStartDocument();
        Open("feedback");
        Text("version", "1.0");
        Write(metadata);
        Open("policy_published");
        Text("domain", policy.Domain);
        Text("p", published.Keyword());
        Optional("sp", policy.SubdomainPolicy?.Keyword());
        Optional("np", policy.NonexistentSubdomainPolicy?.Keyword());
        Optional("adkim", policy.DkimAlignment?.Keyword());
        Optional("aspf", policy.SpfAlignment?.Keyword());
        Optional("discovery_method", policy.DiscoveryMethod is null or "treewalk" or "psl"
            ? policy.DiscoveryMethod
            : throw Refused("discovery_method", policy.DiscoveryMethod));
        Optional("fo", policy.FailureOptions);
        Optional("testing", policy.IsTesting is { } testing ? testing ? "y" : "n" : null);
        Close();
    }

    /// <summary>A row.</summary>
    public void Write(AggregateRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        Open("record");
        Open("row");
        Text("source_ip", record.SourceAddress);
        Text("count", record.Count.ToString(CultureInfo.InvariantCulture));
        Open("policy_evaluated");
        Text("disposition", record.Disposition == AggregateDisposition.Unknown ? throw Refused("disposition", null) : record.Disposition.Keyword());
        Text("dkim", record.Dkim == AlignedResult.Unknown ? throw Refused("dkim", null) : record.Dkim.Keyword());
        Text("spf", record.Spf == AlignedResult.Unknown ? throw Refused("spf", null) : record.Spf.Keyword());
        Write(record.Reasons);
        Close();
        Close();
        Open("identifiers");
        Text("header_from", record.HeaderFrom);
        Optional("envelope_from", record.EnvelopeFrom);
        Optional("envelope_to", record.EnvelopeTo);
        Close();
        WriteResults(record);
        Close();
    }

    /// <summary>What comes after the rows.</summary>
    public void End() => _xml.WriteEndDocument();

    private void Write(AggregateReportMetadata metadata)
    {
        Open("report_metadata");
        Text("org_name", metadata.OrganizationName);
        Text("email", metadata.Email);
        Optional("extra_contact_info", metadata.ExtraContactInfo);
        Text("report_id", metadata.ReportId);
        Open("date_range");
        Text("begin", metadata.Begin.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        Text("end", metadata.End.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        Close();
        Optional("error", metadata.Errors.IsDefaultOrEmpty ? null : string.Join("; ", metadata.Errors));
        Optional("generator", metadata.Generator);
        Close();
    }

    private void Write(ImmutableArray<PolicyOverrideReason> reasons)
    {
        foreach (var reason in reasons)
        {
            // RFC 9990 Appendix C: "forwarded" and "sampled_out" of RFC 7489 are gone.
            if (reason.Type is PolicyOverrideType.Unknown or PolicyOverrideType.Forwarded or PolicyOverrideType.SampledOut)
            {
                throw Refused("reason", reason.Type.Keyword());
            }

            Open("reason");
            Text("type", reason.Type.Keyword());
            Optional("comment", reason.Comment);
            Close();
        }
    }

    private void WriteResults(AggregateRecord record)
    {
        Open("auth_results");
        foreach (var signature in record.DkimResults)
        {
            Open("dkim");
            Text("domain", signature.Domain);
            Text("selector", signature.Selector ?? throw Refused("selector", null));
            Text("result", AggregateKeywords.IsDkimResult(signature.Result) ? signature.Result : throw Refused("dkim result", signature.Result));
            Optional("human_result", signature.HumanResult);
            Close();
        }

        if (record.SpfResult is { } spf)
        {
            Open("spf");
            Text("domain", spf.Domain);
            Optional("scope", spf.Scope is null or "mfrom" ? spf.Scope : throw Refused("scope", spf.Scope));
            Text("result", AggregateKeywords.IsSpfResult(spf.Result) ? spf.Result : throw Refused("spf result", spf.Result));
            Optional("human_result", spf.HumanResult);
            Close();
        }

        Close();
    }

    private static ArgumentException Refused(string element, string? value) =>
        new($"RFC 9990 has no form for this value of {element}: {value ?? "none is known"}.", nameof(value));

    private void Open(string name) => _xml.WriteStartElement(name, AggregateXml.Namespace);

    private void Close() => _xml.WriteEndElement();

    private void Text(string name, string value) => _xml.WriteElementString(name, AggregateXml.Namespace, AggregateXml.OneLine(value));

    private void Optional(string name, string? value)
    {
        if (value is not null)
        {
            Text(name, value);
        }
    }
}
