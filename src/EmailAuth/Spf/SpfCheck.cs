using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>One run of check_host() (RFC 7208 section 4): finds the record, evaluates its terms, follows its redirect.</summary>
internal sealed partial class SpfCheck : IDisposable
{
    private readonly SpfCheckInput _input;
    private readonly SpfOptions _options;
    private readonly SpfRecordCache _cache;
    private readonly TimeProvider _timeProvider;
    private readonly SpfLookups _lookups;
    private readonly long _started;
    private SpfMacroExpander? _expander;

    // The records that the cache does not keep: lookahead looks at each again at every answer.
    private Dictionary<string, ParseResult<SpfRecord>>? _longRecords;

    public SpfCheck(
        DnsAsker dns,
        SpfOptions options,
        TimeProvider timeProvider,
        SpfRecordCache cache,
        SpfIdentity identity,
        in SpfCheckInput input,
        CancellationToken cancellationToken)
    {
        _input = input;
        _options = options;
        _cache = cache;
        _timeProvider = timeProvider;
        _started = timeProvider.GetTimestamp();
        _lookups = new SpfLookups(dns, identity, cancellationToken) { Lookahead = options.Lookahead ? this : null };
    }

    public SpfTrace Trace => _lookups.Trace;

    /// <summary>How many terms were evaluated that ask the DNS (RFC 7208 section 4.6.4).</summary>
    public int TermLookups { get; private set; }

    /// <summary>How many of them found nothing (RFC 7208 section 4.6.4).</summary>
    public int VoidLookups { get; private set; }

    /// <summary>Why the check ended in an error or without a record; null otherwise.</summary>
    public string? Reason { get; private set; }

    public TimeSpan Elapsed => _timeProvider.GetElapsedTime(_started);

    /// <summary>The expanded explanation of a fail, or null.</summary>
    public string? Explanation { get; private set; }

    public async ValueTask<SpfVerdict> RunAsync()
    {
        var verdict = await CheckHostAsync(_input.SenderDomain, SpfTrace.None, SpfTrace.None).ConfigureAwait(false);

        // RFC 7208 section 6.2: only a fail is explained, by the record that decided; the lookup counts towards no limit.
        if (verdict is { Code: SpfResultCode.Fail, Record.Explanation.Target: { } explanation })
        {
            Trace.ExplanationStep = verdict.Step;
            Explanation = await ExplainAsync(explanation, verdict.Domain, verdict.Step).ConfigureAwait(false);
        }

        return verdict;
    }

    public void Dispose() => _lookups.Dispose();

    private async ValueTask<SpfVerdict> CheckHostAsync(DomainName domain, short parent, short parentTerm)
    {
        var step = Trace.Begin(domain, parent, parentTerm);
        var (code, record) = await FindRecordAsync(domain, step, isInitial: parent == SpfTrace.None).ConfigureAwait(false);
        SpfVerdict verdict;
        if (record is null)
        {
            verdict = new SpfVerdict(code, step, domain);
        }
        else
        {
            Trace.Record(step).Record = record;
            verdict = await EvaluateTermsAsync(record, domain, step).ConfigureAwait(false)
                ?? (record.Redirect is null
                    ? new SpfVerdict(SpfResultCode.Neutral, step, domain, record) // RFC 7208 section 4.7: the default result.
                    : await FollowRedirectAsync(record, record.Redirect, domain, step).ConfigureAwait(false));
        }

        Trace.Record(step).Code = verdict.Code;
        return verdict;
    }

    // RFC 7208 sections 4.3 to 4.5: the domain must be one, its TXT records are asked for, one of them must be an SPF record.
    private async ValueTask<(SpfResultCode Code, SpfRecord? Record)> FindRecordAsync(DomainName domain, short step, bool isInitial)
    {
        if (domain.LabelCount < 2)
        {
            Reason = $"{domain} is a single label, not a domain that could publish a record (RFC 7208 section 4.3)";
            return (SpfResultCode.None, null);
        }

        var response = await _lookups.QueryAsync(new DnsQuestion(domain, DnsRecordType.Txt), step, SpfTrace.None).ConfigureAwait(false);
        if (_lookups.IsTimeUp)
        {
            return (TimeUp(), null);
        }

        // RFC 7208 section 4.6.4: the lookup of an include's or a redirect's target may be void; the first one of all belongs to no term.
        if (!isInitial && !CountVoid(response.IsVoid, domain))
        {
            return (SpfResultCode.PermError, null);
        }

        var selection = SelectRecord(response, domain);
        Reason = selection.Reason;
        return (selection.Code, selection.Record);
    }

    // RFC 7208 sections 4.4 and 4.5: exactly one of the TXT records is an SPF record, and it is well-formed.
    private (SpfResultCode Code, SpfRecord? Record, string? Reason) SelectRecord(DnsResponse response, DomainName domain)
    {
        if (response.Status == DnsStatus.Failure)
        {
            return (SpfResultCode.TempError, null, $"the record of {domain} could not be fetched: {response.Reason} (RFC 7208 section 4.4)");
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
                return (SpfResultCode.PermError, null, $"{domain} has more than one SPF record (RFC 7208 section 4.5)");
            }

            text = candidate;
        }

        if (text is null)
        {
            return (SpfResultCode.None, null, $"{domain} has no SPF record (RFC 7208 section 4.5)");
        }

        if (text.Length > _options.MaxRecordLength)
        {
            return (SpfResultCode.PermError, null, string.Create(
                CultureInfo.InvariantCulture, $"the record of {domain} has {text.Length} characters, more than the limit of {_options.MaxRecordLength} (RFC 7208 section 3.4)"));
        }

        // RFC 7208 section 4.6: a syntax error anywhere in the record counts before any term is evaluated.
        var parsed = _cache.Keeps(text) ? _cache.Get(text) : ParseLong(text);
        return parsed.IsSuccess
            ? (SpfResultCode.None, parsed.Value, null)
            : (SpfResultCode.PermError, null, $"the record of {domain} is malformed: {parsed.Error}");
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

    // RFC 7208 section 4.6: the mechanisms from left to right, until one matches; null when none does.
    private async ValueTask<SpfVerdict?> EvaluateTermsAsync(SpfRecord record, DomainName domain, short step)
    {
        for (var i = 0; i < record.Mechanisms.Length; i++)
        {
            var mechanism = record.Mechanisms[i];
            Trace.Record(step).TermsBegun = (short)(i + 1);
            var match = mechanism.Kind switch
            {
                SpfMechanismKind.All => SpfMatch.Yes,
                SpfMechanismKind.IP4 or SpfMechanismKind.IP6 => _input.Client.IsInNetworkOf(mechanism) ? SpfMatch.Yes : SpfMatch.No,
                SpfMechanismKind.Include or SpfMechanismKind.A or SpfMechanismKind.MX or SpfMechanismKind.Ptr or SpfMechanismKind.Exists =>
                    await AskAsync(mechanism, domain, step, (short)i).ConfigureAwait(false),
                _ => throw new UnreachableException(),
            };
            if (match != SpfMatch.No)
            {
                Trace.Record(step).IsMatched = match == SpfMatch.Yes;
                return match switch
                {
                    SpfMatch.Yes => new SpfVerdict(mechanism.ResultOnMatch, step, domain, record, mechanism),
                    SpfMatch.TempError => new SpfVerdict(SpfResultCode.TempError, step, domain, record),
                    SpfMatch.PermError => new SpfVerdict(SpfResultCode.PermError, step, domain, record),
                    SpfMatch.No => throw new UnreachableException(),
                    _ => throw new UnreachableException(),
                };
            }
        }

        return null;
    }

    // RFC 7208 section 6.1: the result is that of the target, but none becomes permerror.
    private async ValueTask<SpfVerdict> FollowRedirectAsync(SpfRecord record, SpfModifier redirect, DomainName domain, short step)
    {
        var term = (short)record.Mechanisms.Length;
        Trace.Record(step).TermsBegun = (short)(term + 1);
        if (!CountTerm(redirect, domain))
        {
            return new SpfVerdict(SpfResultCode.PermError, step, domain, record);
        }

        var target = await TargetAsync(redirect.Target!, domain, step, term).ConfigureAwait(false);
        if (_lookups.IsTimeUp)
        {
            return new SpfVerdict(TimeUp(), step, domain, record);
        }

        if (target is null)
        {
            Reason = $"{redirect} of {domain} leads to no possible domain (RFC 7208 section 6.1)";
            return new SpfVerdict(SpfResultCode.PermError, step, domain, record);
        }

        var verdict = await CheckHostAsync(target, step, term).ConfigureAwait(false);
        if (verdict.Code == SpfResultCode.None)
        {
            Reason = $"{redirect} of {domain} leads to {target}, which has no SPF record (RFC 7208 section 6.1)";
            return new SpfVerdict(SpfResultCode.PermError, step, domain, record);
        }

        return verdict;
    }

    // RFC 7208 section 4.6.4: include, a, mx, ptr, exists and redirect count; all, ip4, ip6 and exp do not.
    private bool CountTerm(object term, DomainName domain)
    {
        if (++TermLookups <= _options.MaxLookups)
        {
            return true;
        }

        TermLookups = _options.MaxLookups;
        Reason = string.Create(
            CultureInfo.InvariantCulture, $"{term} of {domain} would be more than the {_options.MaxLookups} terms that may ask the DNS (RFC 7208 section 4.6.4)");
        return false;
    }

    // RFC 7208 section 4.6.4: terms are counted, not queries. Erratum 6595: an exists that finds nothing is one of them like any other.
    private bool CountVoid(bool isVoid, object name)
    {
        if (!isVoid || ++VoidLookups <= _options.MaxVoidLookups)
        {
            return true;
        }

        Reason = string.Create(
            CultureInfo.InvariantCulture, $"more than {_options.MaxVoidLookups} lookups found nothing, the last one of {name} (RFC 7208 section 4.6.4)");
        return false;
    }

    private SpfResultCode TimeUp()
    {
        Reason = TimeUpReason(_options);
        return SpfResultCode.TempError;
    }

    /// <summary>What is said when the check's time is up.</summary>
    public static string TimeUpReason(SpfOptions options) => string.Create(
        CultureInfo.InvariantCulture, $"the check took longer than {options.TimeLimit.TotalSeconds:0.###} seconds (RFC 7208 section 4.6.4)");
}
