using System.Collections.Immutable;
using System.Globalization;

namespace EmailAuth.Reports.Aggregate;

/// <summary>Puts a row together from the values that are read.</summary>
internal sealed class AggregateRecordBuilder(AggregateFindings findings, int maxSignatures)
{
    private readonly ImmutableArray<PolicyOverrideReason>.Builder _reasons = ImmutableArray.CreateBuilder<PolicyOverrideReason>();
    private readonly ImmutableArray<ReportedDkim>.Builder _signatures = ImmutableArray.CreateBuilder<ReportedDkim>();
    private string? _source;
    private long? _count;
    private AggregateDisposition _disposition;
    private AlignedResult _dkim;
    private AlignedResult _spf;
    private string? _headerFrom;
    private string? _envelopeFrom;
    private string? _envelopeTo;
    private ReportedSpf? _spfResult;

    // The parts of a reason, a signature or a result of SPF that is open.
    private PolicyOverrideType _type;
    private string? _comment;
    private string? _domain;
    private string? _selector;
    private string? _scope;
    private string? _result;

    /// <summary>A row begins.</summary>
    public void Begin()
    {
        _reasons.Clear();
        _signatures.Clear();
        (_source, _count, _disposition, _dkim, _spf) = (null, null, AggregateDisposition.Unknown, AlignedResult.Unknown, AlignedResult.Unknown);
        (_headerFrom, _envelopeFrom, _envelopeTo, _spfResult) = (null, null, null, null);
    }

    /// <summary>A reason, a signature or a result of SPF begins.</summary>
    public void Open(int element)
    {
        if (element is AggregateElement.Reason or AggregateElement.Dkim or AggregateElement.Spf)
        {
            (_type, _comment, _domain, _selector, _scope, _result) = (PolicyOverrideType.Unknown, null, null, null, null, null);
        }
    }

    /// <summary>It ends.</summary>
    public void Close(int element, int line)
    {
        if (element == AggregateElement.Reason && HasRoom(_reasons.Count, AggregatePlaces.Reason, line))
        {
            _reasons.Add(new PolicyOverrideReason { Type = _type, Comment = _comment });
        }
        else if (element == AggregateElement.Dkim && HasRoom(_signatures.Count, AggregatePlaces.Dkim, line))
        {
            _signatures.Add(new ReportedDkim { Domain = _domain ?? string.Empty, Selector = _selector, Result = _result ?? string.Empty, HumanResult = _comment });
        }
        else if (element == AggregateElement.Spf)
        {
            CloseSpf();
        }
    }

    /// <summary>The value of an element.</summary>
    public void Value(AggregateElementRule rule, ReadOnlySpan<char> value, int line, AggregateReportForm form, AggregateWords words)
    {
        switch (rule.Id)
        {
            case AggregateElement.Source:
                _source = value.ToString();
                break;

            case AggregateElement.Count:
                ReadCount(rule, value, line);
                break;

            case AggregateElement.Disposition:
                // RFC 7489 has no "pass"; it is clear what it means.
                _disposition = AggregateKeywords.Disposition(words.Read(rule, value, line, static word => AggregateKeywords.Disposition(word) != AggregateDisposition.Unknown));
                if (form == AggregateReportForm.Rfc7489 && _disposition == AggregateDisposition.Pass)
                {
                    findings.Add(AggregateFindingCode.InvalidValue, rule.Path, line, "pass");
                }

                break;

            case AggregateElement.EvaluatedDkim:
                _dkim = AggregateKeywords.Aligned(words.Read(rule, value, line, IsAligned));
                break;

            case AggregateElement.EvaluatedSpf:
                _spf = AggregateKeywords.Aligned(words.Read(rule, value, line, IsAligned));
                break;

            case AggregateElement.ReasonType:
                ReadType(rule, value, line, form, words);
                break;

            case AggregateElement.HeaderFrom:
                _headerFrom = value.ToString();
                break;

            case AggregateElement.EnvelopeFrom:
                _envelopeFrom = value.ToString();
                break;

            case AggregateElement.EnvelopeTo:
                _envelopeTo = value.ToString();
                break;

            case AggregateElement.DkimDomain or AggregateElement.SpfDomain:
                _domain = value.ToString();
                break;

            case AggregateElement.DkimSelector:
                _selector = value.ToString();
                break;

            case AggregateElement.DkimResult:
                _result = words.Read(rule, value, line, AggregateKeywords.IsDkimResult);
                break;

            case AggregateElement.SpfResult:
                _result = words.Read(rule, value, line, AggregateKeywords.IsSpfResult);
                break;

            case AggregateElement.SpfScope:
                ReadScope(rule, value, line, form, words);
                break;

            case AggregateElement.ReasonComment or AggregateElement.DkimHumanResult or AggregateElement.SpfHumanResult:
                _comment = value.ToString();
                break;

            default:
                break;
        }
    }

    /// <summary>The row; null when its source or its count is not known, so that nothing can be counted.</summary>
    public AggregateRecord? Finish() => string.IsNullOrEmpty(_source) || _count is not { } count ? null : new AggregateRecord
    {
        SourceAddress = _source,
        Count = count,
        Disposition = _disposition,
        Dkim = _dkim,
        Spf = _spf,
        Reasons = _reasons.Count == 0 ? [] : _reasons.ToImmutable(),
        HeaderFrom = _headerFrom ?? string.Empty,
        EnvelopeFrom = _envelopeFrom,
        EnvelopeTo = _envelopeTo,
        DkimResults = _signatures.Count == 0 ? [] : _signatures.ToImmutable(),
        SpfResult = _spfResult,
    };

    private static bool IsAligned(string word) => AggregateKeywords.Aligned(word) != AlignedResult.Unknown;

    private bool HasRoom(int count, string place, int line)
    {
        if (count < maxSignatures)
        {
            return true;
        }

        findings.Add(AggregateFindingCode.TooManySignatures, place, line, maxSignatures.ToString(CultureInfo.InvariantCulture));
        return false;
    }

    // Of several results, the one of MAIL FROM counts; RFC 7489 has one for HELO beside it.
    private void CloseSpf()
    {
        if (_spfResult is null || (_spfResult.Scope != "mfrom" && _scope == "mfrom"))
        {
            _spfResult = new ReportedSpf { Domain = _domain ?? string.Empty, Scope = _scope, Result = _result ?? string.Empty, HumanResult = _comment };
        }
    }

    private void ReadCount(AggregateElementRule rule, ReadOnlySpan<char> value, int line)
    {
        // A count of 0 adds nothing and is kept; a negative one would take from other rows.
        _count = long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) && count >= 0 ? count : null;
        if (_count is null && !value.IsEmpty)
        {
            findings.Add(AggregateFindingCode.InvalidValue, rule.Path, line, value.ToString());
        }
    }

    private void ReadType(AggregateElementRule rule, ReadOnlySpan<char> value, int line, AggregateReportForm form, AggregateWords words)
    {
        _type = AggregateKeywords.Override(words.Read(rule, value, line, static word => AggregateKeywords.Override(word) != PolicyOverrideType.Unknown));
        if (form == AggregateReportForm.Rfc9990 && _type is (PolicyOverrideType.Forwarded or PolicyOverrideType.SampledOut))
        {
            findings.Add(AggregateFindingCode.ObsoleteValue, rule.Path, line, _type.Keyword());
        }
    }

    private void ReadScope(AggregateElementRule rule, ReadOnlySpan<char> value, int line, AggregateReportForm form, AggregateWords words)
    {
        _scope = words.Read(rule, value, line, static word => word is "mfrom" or "helo");
        if (form == AggregateReportForm.Rfc9990 && _scope == "helo")
        {
            findings.Add(AggregateFindingCode.WrongScope, rule.Path, line, _scope);
        }
    }
}
