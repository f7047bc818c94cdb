using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Reports.Aggregate;

/// <summary>Puts a report together from the values that are read.</summary>
internal sealed class AggregateReportBuilder(AggregateFindings findings, int maxSignatures)
{
    private readonly AggregateRecordBuilder _record = new(findings, maxSignatures);
    private readonly AggregateWords _words = new(findings);
    private readonly ImmutableArray<string>.Builder _errors = ImmutableArray.CreateBuilder<string>();
    private string? _version;
    private string? _organizationName;
    private string? _email;
    private string? _extraContactInfo;
    private string? _reportId;
    private string? _generator;
    private DateTimeOffset? _begin;
    private DateTimeOffset? _end;
    private long _records;
    private long _leftOut;
    private long _messages;
    private AggregatePolicyBuilder _policy;

    /// <summary>The element around the report.</summary>
    public string? OuterElement { get; set; }

    /// <summary>The form, by the namespace.</summary>
    public AggregateReportForm Form { get; set; }

    /// <summary>How many rows could be used.</summary>
    public long RecordCount => _records;

    /// <summary>An element begins.</summary>
    public void Open(int element)
    {
        if (element == AggregateElement.Record)
        {
            findings.Record = _records + _leftOut + 1;
            _record.Begin();
        }
        else
        {
            _record.Open(element);
        }
    }

    /// <summary>An element that is not a row ends.</summary>
    public void Close(int element, int line) => _record.Close(element, line);

    /// <summary>A row ends. Null when it cannot be used.</summary>
    public AggregateRecord? FinishRecord(int line)
    {
        var record = _record.Finish();
        findings.Line = line;
        if (record is null)
        {
            _leftOut++;
            findings.Add(AggregateFindingCode.RecordLeftOut, "record", line);
        }
        else
        {
            _records++;
            AggregateRowRules.Check(record, _policy.Build(), findings, Form);
            if (record.Count > long.MaxValue - _messages)
            {
                findings.Add(AggregateFindingCode.CountOverflow, AggregatePlaces.Count, line);
            }

            _messages += Math.Min(record.Count, long.MaxValue - _messages);
        }

        (findings.Record, findings.Line) = (0, null);
        return record;
    }

    /// <summary>The value of an element.</summary>
    public void Value(AggregateElementRule rule, ReadOnlySpan<char> value, int line)
    {
        switch (rule.Id)
        {
            case AggregateElement.Version:
                _version = value.ToString();
                if (Form == AggregateReportForm.Rfc9990 && _version != "1.0")
                {
                    findings.Add(AggregateFindingCode.WrongVersion, rule.Path, line, _version);
                }

                break;

            case AggregateElement.OrganizationName:
                _organizationName = value.ToString();
                break;

            case AggregateElement.Email:
                _email = value.ToString();
                break;

            case AggregateElement.ExtraContactInfo:
                _extraContactInfo = value.ToString();
                break;

            case AggregateElement.ReportId:
                _reportId = value.ToString();
                break;

            case AggregateElement.Begin:
                _begin = Seconds(rule, value, line);
                break;

            case AggregateElement.End:
                _end = Seconds(rule, value, line);
                break;

            case AggregateElement.Error:
                AddError(value, line);
                break;

            case AggregateElement.Generator:
                _generator = value.ToString();
                break;

            case >= AggregateElement.PolicyDomain and <= AggregateElement.PolicyPercentage:
                _policy.Value(rule, value, line, _words);
                break;

            default:
                _record.Value(rule, value, line, Form, _words);
                break;
        }
    }

    /// <summary>The report.</summary>
    public AggregateReport Finish(bool isFound)
    {
        var metadata = _begin is { } begin && _end is { } end
            ? new AggregateReportMetadata
            {
                OrganizationName = _organizationName ?? string.Empty,
                Email = _email ?? string.Empty,
                ExtraContactInfo = _extraContactInfo,
                ReportId = _reportId ?? string.Empty,
                Begin = begin,
                End = end,
                Errors = _errors.DrainToImmutable(),
                Generator = _generator,
            }
            : null;
        var policy = _policy.Build();
        if (isFound && findings.Worst != AggregateFindingSeverity.Fatal)
        {
            Judge(metadata, policy);
        }

        return new AggregateReport
        {
            Verdict = findings.Worst switch
            {
                AggregateFindingSeverity.Fatal => AggregateReportVerdict.Unusable,
                AggregateFindingSeverity.Fault => AggregateReportVerdict.Salvaged,
                AggregateFindingSeverity.Note or null => AggregateReportVerdict.Conforms,
                _ => throw new UnreachableException(),
            },
            Form = Form,
            Version = _version,
            Metadata = metadata,
            Policy = policy,
            RecordCount = _records,
            LeftOutCount = _leftOut,
            MessageCount = _messages,
            Findings = findings.ToImmutable(),
        };
    }

    private void Judge(AggregateReportMetadata? metadata, PublishedPolicy? policy)
    {
        if (metadata is null)
        {
            findings.Add(AggregateFindingCode.PeriodMissing, AggregatePlaces.Period);
        }
        else
        {
            AggregateRules.Check(metadata, findings, ofLooseId: AggregateFindingSeverity.Note, Form);
        }

        if (policy is null)
        {
            findings.Add(AggregateFindingCode.PolicyDomainMissing, AggregatePlaces.PolicyDomain);
        }
        else
        {
            AggregateRules.CheckDomain(policy.Domain, AggregatePlaces.PolicyDomain, findings);
        }

        if (_records == 0)
        {
            findings.Add(AggregateFindingCode.NoRecord, "record");
        }
    }

    // RFC 7489 allows any number; a stranger wrote them.
    private void AddError(ReadOnlySpan<char> value, int line)
    {
        if (_errors.Count < maxSignatures)
        {
            _errors.Add(value.ToString());
        }
        else
        {
            findings.Add(AggregateFindingCode.TooManySignatures, AggregatePlaces.Error, line, maxSignatures.ToString(CultureInfo.InvariantCulture));
        }
    }

    private DateTimeOffset? Seconds(AggregateElementRule rule, ReadOnlySpan<char> value, int line)
    {
        // Some senders write a fraction, always 0.
        var whole = value.IndexOf('.') is var dot and > 0 && !value[(dot + 1)..].ContainsAnyExceptInRange('0', '9') ? value[..dot] : value;
        if (whole.Length < value.Length)
        {
            findings.Add(AggregateFindingCode.PeriodFraction, rule.Path, line);
        }

        var time = long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? AggregateTime.FromSeconds(seconds) : null;
        if (time is null && !value.IsEmpty)
        {
            findings.Add(AggregateFindingCode.InvalidValue, rule.Path, line, value.ToString());
        }

        return time;
    }
}
