using System.Collections.Immutable;

namespace EmailAuth.Reports.Aggregate;

/// <summary>
/// Checks a report that is to be written against the text of RFC 9990, which demands more than its schema: the form of ids, domains and addresses,
/// a reason for each departure from the policy, no personal data. Rows are given one at a time and are not kept. Not thread-safe.
/// </summary>
public sealed class AggregateReportCheck
{
    private readonly AggregateFindings _findings = new();
    private readonly PublishedPolicy _policy;
    private long _records;
    private long _messages;

    /// <summary>Begins with what comes before the rows.</summary>
    /// <param name="metadata">Who reports on which period.</param>
    /// <param name="policy">The policy that applied.</param>
    /// <param name="name">The file name and subject, to compare the id, domain and period with; null to compare nothing.</param>
    public AggregateReportCheck(AggregateReportMetadata metadata, PublishedPolicy policy, AggregateReportName? name = null)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
        CheckMetadata(metadata);
        CheckPolicy(policy);
        if (name is not null)
        {
            Compare(metadata, policy, name);
        }
    }

    /// <summary>Checks the next row.</summary>
    /// <param name="record">The row.</param>
    public void Add(AggregateRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        _findings.Record = ++_records;
        CheckSchema(record);
        AggregateRowRules.Check(record, _policy, _findings);
        if (record.Count > long.MaxValue - _messages)
        {
            _findings.Add(AggregateFindingCode.CountOverflow, AggregatePlaces.Count);
        }

        _messages += Math.Clamp(record.Count, 0, long.MaxValue - _messages);
    }

    /// <summary>The findings about all that was given so far. At the end of the rows, <see cref="Finish"/> finds whether there are any.</summary>
    public ImmutableArray<AggregateFinding> Findings => _findings.ToImmutable();

    /// <summary>Whether all that was given so far conforms: there is no finding above a note.</summary>
    public bool IsConforming => _findings.Worst is null or AggregateFindingSeverity.Note;

    /// <summary>Ends the rows.</summary>
    /// <returns>All findings.</returns>
    public ImmutableArray<AggregateFinding> Finish()
    {
        if (_records == 0)
        {
            _findings.Add(AggregateFindingCode.NoRecord, "record");
        }

        return Findings;
    }

    private void CheckMetadata(AggregateReportMetadata metadata)
    {
        AggregateRules.Check(metadata, _findings, AggregateFindingSeverity.Fault);
        CheckRequired(metadata.OrganizationName, AggregatePlaces.OrganizationName);
        CheckRequired(metadata.Email, AggregatePlaces.Email);
        CheckRequired(metadata.ReportId, AggregatePlaces.ReportId);
        CheckControls(metadata.OrganizationName, AggregatePlaces.OrganizationName);
        CheckControls(metadata.Email, AggregatePlaces.Email);
        CheckControls(metadata.ExtraContactInfo, AggregatePlaces.ExtraContactInfo);
        CheckControls(metadata.Generator, AggregatePlaces.Generator);
        if (metadata.Email.Length > 0 && !AggregateRules.HasMailbox(metadata.Email))
        {
            _findings.Add(AggregateFindingCode.InvalidValue, AggregatePlaces.Email, argument: metadata.Email);
        }

        if (metadata.Begin.ToUnixTimeMilliseconds() % 1000 != 0 || metadata.End.ToUnixTimeMilliseconds() % 1000 != 0)
        {
            _findings.Add(AggregateFindingCode.PeriodFraction, AggregatePlaces.Period);
        }
    }

    private void CheckPolicy(PublishedPolicy policy)
    {
        CheckRequired(policy.Domain, AggregatePlaces.PolicyDomain);
        AggregateRules.CheckDomain(policy.Domain, AggregatePlaces.PolicyDomain, _findings);
        if (policy.Policy is null)
        {
            _findings.Add(AggregateFindingCode.MissingElement, AggregatePlaces.Policy + "/p");
        }

        if (policy.DiscoveryMethod is { } method and not ("treewalk" or "psl"))
        {
            _findings.Add(AggregateFindingCode.InvalidValue, AggregatePlaces.Policy + "/discovery_method", argument: method);
        }

        AggregateRules.CheckText(policy.FailureOptions, AggregatePlaces.Policy + "/fo", _findings);
    }

    // RFC 9990 section 3.1.4: the id is the same wherever it is used.
    private void Compare(AggregateReportMetadata metadata, PublishedPolicy policy, AggregateReportName name)
    {
        if (name.ReportId != metadata.ReportId)
        {
            _findings.Add(AggregateFindingCode.ReportIdDiffers, AggregatePlaces.ReportId, argument: metadata.ReportId, second: name.ReportId ?? string.Empty);
        }

        if (!string.Equals(policy.Domain, name.PolicyDomain.ToString(), StringComparison.OrdinalIgnoreCase))
        {
            _findings.Add(AggregateFindingCode.PolicyDomainDiffers, AggregatePlaces.PolicyDomain, argument: policy.Domain, second: name.PolicyDomain.ToString());
        }

        if (name.Begin != metadata.Begin || name.End != metadata.End)
        {
            _findings.Add(AggregateFindingCode.PeriodDiffers, AggregatePlaces.Period);
        }
    }

    // What the writer refuses, or the schema.
    private void CheckSchema(AggregateRecord record)
    {
        CheckRequired(record.HeaderFrom, AggregatePlaces.HeaderFrom);
        CheckKnown(record.Disposition != AggregateDisposition.Unknown, AggregatePlaces.Disposition);
        CheckKnown(record.Dkim != AlignedResult.Unknown, AggregatePlaces.EvaluatedDkim);
        CheckKnown(record.Spf != AlignedResult.Unknown, AggregatePlaces.EvaluatedSpf);
        foreach (var reason in record.Reasons)
        {
            CheckKnown(reason.Type != PolicyOverrideType.Unknown, AggregatePlaces.ReasonType);
            if (reason.Type is PolicyOverrideType.Forwarded or PolicyOverrideType.SampledOut)
            {
                _findings.Add(AggregateFindingCode.ObsoleteValue, AggregatePlaces.ReasonType, argument: reason.Type.Keyword());
            }
        }

        foreach (var signature in record.DkimResults)
        {
            CheckRequired(signature.Domain, AggregatePlaces.DkimDomain);
            if (signature.Selector is null or "")
            {
                _findings.Add(AggregateFindingCode.MissingElement, AggregatePlaces.Selector);
            }

            CheckKnown(AggregateKeywords.IsDkimResult(signature.Result), AggregatePlaces.DkimResult, signature.Result);
        }

        if (record.SpfResult is { } spf)
        {
            CheckRequired(spf.Domain, AggregatePlaces.SpfDomain);
            CheckKnown(AggregateKeywords.IsSpfResult(spf.Result), AggregatePlaces.SpfResult, spf.Result);
            if (spf.Scope is not (null or "mfrom"))
            {
                _findings.Add(AggregateFindingCode.WrongScope, AggregatePlaces.Scope, argument: spf.Scope);
            }
        }
    }

    private void CheckKnown(bool isKnown, string place, string value = "unknown")
    {
        if (!isKnown)
        {
            _findings.Add(AggregateFindingCode.InvalidValue, place, argument: value);
        }
    }

    private void CheckRequired(string text, string place)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            _findings.Add(AggregateFindingCode.EmptyElement, place);
        }
    }

    private void CheckControls(string? text, string place)
    {
        if (text is not null && AggregateXml.HasControl(text))
        {
            _findings.Add(AggregateFindingCode.ControlCharacter, place);
        }
    }
}
