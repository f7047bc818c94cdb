using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>
/// One run of check_host() (RFC 7208 section 4): finds the record, evaluates its terms, follows its redirect. Who answers its questions decides
/// whether it evaluates or prefetches: an answer that is not known yet (null) counts as no match.
/// </summary>
internal sealed partial class SpfCheck
{
    private readonly CheckHostArguments _arguments;
    private readonly SpfRecordCache _cache;
    private readonly TimeProvider _timeProvider;
    private readonly SpfAnswers _answers;

    // The evaluation that this one prefetches for, or null.
    private readonly SpfCheck? _evaluation;
    private readonly long _started;
    private SpfMacroExpander? _expander;
    private string? _reasonText;
    private SpfReason _reason;

    // At most SpfOptions.MostLookups and one: small, because every message has two checks.
    private short _termLookups;

    // The records that the cache does not keep: prefetching looks at each again at every answer.
    private Dictionary<string, ParseResult<SpfRecord>>? _longRecords;

    /// <summary>Makes an evaluation.</summary>
    public SpfCheck(SpfAnswers answers, SpfOptions options, TimeProvider timeProvider, SpfRecordCache cache, in CheckHostArguments arguments)
    {
        _answers = answers;
        Options = options;
        _timeProvider = timeProvider;
        _cache = cache;
        _arguments = arguments;
        _started = timeProvider.GetTimestamp();
    }

    /// <summary>Makes a check of the same that prefetches for an evaluation.</summary>
    public SpfCheck(SpfCheck evaluation, SpfPrefetch answers)
        : this(answers, evaluation.Options, evaluation._timeProvider, evaluation._cache, evaluation._arguments) => _evaluation = evaluation;

    public SpfOptions Options { get; }

    public SpfTrace Trace => _answers.Trace;

    /// <summary>How many terms were evaluated that ask the DNS (RFC 7208 section 4.6.4).</summary>
    public int TermLookups
    {
        get => _termLookups;
        private set => _termLookups = (short)value;
    }

    /// <summary>How many of those terms found nothing (RFC 7208 section 4.6.4).</summary>
    public int VoidLookups { get; private set; }

    /// <summary>Why the check ended in an error or without a record; null otherwise.</summary>
    public SpfWhy? Why
    {
        get => _reasonText is null ? null : new SpfWhy(_reason, _reasonText);
        private set => (_reason, _reasonText) = (value?.Reason ?? SpfReason.Other, value?.Text);
    }

    public TimeSpan Elapsed => _timeProvider.GetElapsedTime(_started);

    /// <summary>The expanded explanation of a fail, or null.</summary>
    public string? Explanation { get; private set; }

    /// <summary>Evaluates.</summary>
    public async ValueTask<CheckHostResult> RunAsync()
    {
        var verdict = await CheckHostAsync(_arguments.SenderDomain, SpfPosition.None).ConfigureAwait(false);

        // RFC 7208 section 6.2: only a fail is explained, by the record that decided; the lookup counts towards no limit.
        if (verdict is { Code: SpfResultCode.Fail, Record.Explanation.Target: { } explanation })
        {
            Trace.ExplanationStep = verdict.Step;
            Explanation = await ExplainAsync(explanation, verdict.Domain, verdict.Step).ConfigureAwait(false);
        }

        return verdict;
    }

    /// <summary>Walks the records from the first one on, as far as answers are known.</summary>
    public async ValueTask WalkAsync()
    {
        (TermLookups, VoidLookups) = (0, 0);
        Trace.Clear();
        _ = await CheckHostAsync(_arguments.SenderDomain, SpfPosition.None).ConfigureAwait(false);
    }

    private int MaxTerms => _evaluation is null ? Options.MaxLookups : Math.Min(Options.MaxLookups, _evaluation.TermLookups + SpfPrefetch.MaxTerms);

    private SpfMacroExpander Expander => _evaluation?.Expander ?? (_expander ??= new SpfMacroExpander(_arguments, _timeProvider, Options.Receiver));

    private async ValueTask<CheckHostResult> CheckHostAsync(DomainName domain, SpfPosition parent)
    {
        var step = Trace.Begin(domain, parent);
        var (code, record) = domain.LabelCount < 2
            ? Without(SpfResultCode.None, SpfReason.SingleLabel, $"{domain} is a single label, not a domain that could publish a record (RFC 7208 section 4.3)")
            : FindRecord(
                await _answers.AskAsync(new DnsQuestion(domain, DnsRecordType.Txt), new SpfPosition(step, SpfTrace.None)).ConfigureAwait(false),
                domain,
                isInitial: parent == SpfPosition.None);
        var verdict = record is null
            ? new CheckHostResult(code, step, domain)
            : await EvaluateTermsAsync(record, domain, step).ConfigureAwait(false);
        Trace.Record(step).Code = verdict.Code;
        return verdict;
    }

    // RFC 7208 sections 4.3 to 4.5: the domain must have two labels, its TXT records are asked for, one of them must be an SPF record.
    private (SpfResultCode Code, SpfRecord? Record) FindRecord(DnsResponse? response, DomainName domain, bool isInitial)
    {
        if (response is null)
        {
            // Not known yet: treated as a record without a matching term.
            return (SpfResultCode.Neutral, null);
        }

        if (_answers.IsTimeUp)
        {
            return (TimeUp(), null);
        }

        // RFC 7208 section 4.6.4: the lookup of an include's or a redirect's target may be void; the first lookup of a check does not belong to a term.
        if (!isInitial && !CountVoid(response.IsVoid, domain))
        {
            return (SpfResultCode.PermError, null);
        }

        return SelectRecord(response, domain);
    }

    // RFC 7208 sections 4.4 and 4.5: exactly one of the TXT records is an SPF record, and it is well-formed.
    private (SpfResultCode Code, SpfRecord? Record) SelectRecord(DnsResponse response, DomainName domain)
    {
        if (response.Status == DnsStatus.Failure)
        {
            return Without(SpfResultCode.TempError, SpfReason.DnsFailure, $"the record of {domain} cannot be looked up: {response.Reason} (RFC 7208 section 4.4)");
        }

        string? text = null;
        foreach (var candidate in response.Texts)
        {
            if (!SpfRecord.IsSpfRecord(candidate))
            {
                continue;
            }

            if (text is not null)
            {
                return Without(SpfResultCode.PermError, SpfReason.SeveralRecords, $"{domain} has more than one SPF record (RFC 7208 section 4.5)");
            }

            text = candidate;
        }

        if (text is null)
        {
            return Without(SpfResultCode.None, SpfReason.NoRecord, $"{domain} has no SPF record (RFC 7208 section 4.5)");
        }

        if (text.Length > Options.MaxRecordLength)
        {
            return Without(SpfResultCode.PermError, SpfReason.RecordTooLong, string.Create(
                CultureInfo.InvariantCulture, $"the record of {domain} has {text.Length} characters, more than the limit of {Options.MaxRecordLength} (RFC 7208 section 3.4)"));
        }

        // RFC 7208 section 4.6: a syntax error anywhere in the record counts before any term is evaluated.
        var parsed = _cache.Keeps(text) ? _cache.Get(text) : (_evaluation ?? this).ParseLong(text);
        return parsed.IsSuccess
            ? (SpfResultCode.None, parsed.Value)
            : Without(SpfResultCode.PermError, SpfReason.RecordSyntax, $"the record of {domain} is malformed: {parsed.Error}");
    }

    private (SpfResultCode Code, SpfRecord? Record) Without(SpfResultCode code, SpfReason reason, string text)
    {
        Why = new SpfWhy(reason, text);
        return (code, null);
    }

    private ParseResult<SpfRecord> ParseLong(string text)
    {
        ref var parsed = ref CollectionsMarshal.GetValueRefOrAddDefault(_longRecords ??= new(StringComparer.Ordinal), text, out var isKnown);
        if (!isKnown)
        {
            parsed = SpfRecord.Parse(text);
        }

        return parsed;
    }

    // RFC 7208 section 4.6: the terms in their order, until one matches.
    private async ValueTask<CheckHostResult> EvaluateTermsAsync(SpfRecord record, DomainName domain, short step)
    {
        Trace.Record(step).Record = record;
        for (short i = 0; record.TermAt(i) is { } term; i++)
        {
            Trace.Record(step).TermsBegun = (short)(i + 1);
            if (term is not SpfMechanism mechanism)
            {
                return await FollowRedirectAsync(record, term, domain, new SpfPosition(step, i)).ConfigureAwait(false);
            }

            var match = mechanism.AsksDns ? await AskAsync(mechanism, domain, new SpfPosition(step, i)).ConfigureAwait(false)
                : mechanism.Kind == SpfMechanismKind.All || _arguments.Client.IsInNetworkOf(mechanism) ? SpfMatch.Yes
                : SpfMatch.No;
            if (match != SpfMatch.No)
            {
                Trace.Record(step).IsMatched = match == SpfMatch.Yes;
                return match switch
                {
                    SpfMatch.Yes => new CheckHostResult(mechanism.ResultOnMatch, step, domain, record, mechanism),
                    SpfMatch.TempError => new CheckHostResult(SpfResultCode.TempError, step, domain, record),
                    SpfMatch.PermError => new CheckHostResult(SpfResultCode.PermError, step, domain, record),
                    SpfMatch.No => throw new UnreachableException(),
                    _ => throw new UnreachableException(),
                };
            }
        }

        // RFC 7208 section 4.7: the default result.
        return new CheckHostResult(SpfResultCode.Neutral, step, domain, record);
    }

    // RFC 7208 section 6.1: the result is that of the target, but none becomes permerror.
    private async ValueTask<CheckHostResult> FollowRedirectAsync(SpfRecord record, SpfTerm redirect, DomainName domain, SpfPosition position)
    {
        var step = position.Record;
        if (!CountTerm(redirect, domain))
        {
            return new CheckHostResult(SpfResultCode.PermError, step, domain, record);
        }

        var (isKnown, target) = await TargetAsync(redirect.Target!, domain, position).ConfigureAwait(false);
        if (_answers.IsTimeUp)
        {
            return new CheckHostResult(TimeUp(), step, domain, record);
        }

        if (!isKnown)
        {
            return new CheckHostResult(SpfResultCode.Neutral, step, domain, record);
        }

        if (target is null)
        {
            Why = new SpfWhy(SpfReason.InvalidTarget, $"{redirect} of {domain} does not lead to a possible domain (RFC 7208 section 6.1)");
            return new CheckHostResult(SpfResultCode.PermError, step, domain, record);
        }

        var verdict = await CheckHostAsync(target, position).ConfigureAwait(false);
        if (verdict.Code == SpfResultCode.None)
        {
            Why = new SpfWhy(SpfReason.TargetWithoutRecord, $"{redirect} of {domain} leads to {target}, which has no SPF record (RFC 7208 section 6.1)");
            return new CheckHostResult(SpfResultCode.PermError, step, domain, record);
        }

        return verdict;
    }

    // RFC 7208 section 4.6.4: include, a, mx, ptr, exists and redirect count; all, ip4, ip6 and exp do not.
    private bool CountTerm(SpfTerm term, DomainName domain)
    {
        if (++TermLookups <= MaxTerms)
        {
            return true;
        }

        TermLookups = MaxTerms;
        Why = new SpfWhy(SpfReason.LookupLimit, string.Create(
            CultureInfo.InvariantCulture, $"{term} of {domain} would be more than the {Options.MaxLookups} terms that may ask the DNS (RFC 7208 section 4.6.4)"));
        return false;
    }

    // RFC 7208 section 4.6.4: terms are counted, not queries. Erratum 6595: an exists that finds nothing is one of them like any other.
    private bool CountVoid(bool isVoid, object name)
    {
        if (!isVoid || ++VoidLookups <= Options.MaxVoidLookups)
        {
            return true;
        }

        Why = new SpfWhy(SpfReason.VoidLookupLimit, string.Create(
            CultureInfo.InvariantCulture, $"more than {Options.MaxVoidLookups} lookups found nothing, the last one of {name} (RFC 7208 section 4.6.4)"));
        return false;
    }

    private SpfResultCode TimeUp()
    {
        Why = new SpfWhy(SpfReason.TimeLimit, TimeUpReason(Options));
        return SpfResultCode.TempError;
    }

    /// <summary>The reason of a check whose time is up.</summary>
    public static string TimeUpReason(SpfOptions options) => string.Create(
        CultureInfo.InvariantCulture, $"the check took longer than {options.TimeLimit.TotalSeconds:0.###} seconds (RFC 7208 section 4.6.4)");
}
