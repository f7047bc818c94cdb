using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using EmailAuth.Dns;

namespace EmailAuth.Spf;

/// <summary>Makes the tree of evidence from a trace.</summary>
internal sealed class SpfEvidenceReader
{
    private readonly SpfTrace _trace;
    private readonly ILookup<SpfPosition, SpfTrace.LookupStep> _lookups;
    private readonly Dictionary<SpfPosition, short> _targets = [];
    private int _askingTerms;

    public SpfEvidenceReader(SpfTrace trace)
    {
        _trace = trace;
        _lookups = trace.Lookups.ToArray().ToLookup(static lookup => lookup.Position);
        for (short step = 0; step < trace.RecordCount; step++)
        {
            _targets.TryAdd(trace.Record(step).Parent, step);
        }
    }

    public SpfEvidence Read(short step = 0)
    {
        var record = _trace.Record(step);
        var terms = ImmutableArray.CreateBuilder<SpfTermEvidence>(record.TermsBegun);
        for (short i = 0; i < record.TermsBegun; i++)
        {
            terms.Add(ReadTerm(record, step, i));
        }

        var lookups = LookupsOf(step, SpfTrace.ExplanationTerm);
        if (record.Record?.Explanation is { } explanation && (lookups.Length > 0 || _trace.ExplanationStep == step))
        {
            terms.Add(new SpfTermEvidence(explanation.ToString(), SpfTermOutcome.Followed, lookups, null, _trace.ExplanationFailure));
        }

        return new SpfEvidence(record.Domain, record.Code, record.Record, LookupsOf(step, SpfTrace.None).FirstOrDefault(), terms.ToImmutable());
    }

    private SpfTermEvidence ReadTerm(SpfTrace.RecordStep record, short step, short term)
    {
        var mechanisms = record.Record!.Mechanisms;
        if (term < mechanisms.Length && !mechanisms[term].AsksDns)
        {
            return new SpfTermEvidence(mechanisms[term].ToString(), OutcomeOf(record, term, null), [], null, null);
        }

        // The terms of an included record come after the include itself.
        var number = ++_askingTerms;
        var target = TargetOf(step, term);
        var text = term < mechanisms.Length ? mechanisms[term].ToString() : record.Record.Redirect!.ToString();
        return new SpfTermEvidence(text, OutcomeOf(record, term, target), LookupsOf(step, term), target, null, number);
    }

    // Every term before the last one that was begun is a mechanism that did not match.
    private static SpfTermOutcome OutcomeOf(SpfTrace.RecordStep record, short term, SpfEvidence? target) =>
        term < record.TermsBegun - 1 ? SpfTermOutcome.NoMatch
        : record.IsMatched ? SpfTermOutcome.Match
        : term == record.Record!.Mechanisms.Length && target?.Code == record.Code ? SpfTermOutcome.Followed
        : record.Code is SpfResultCode.TempError or SpfResultCode.PermError ? SpfTermOutcome.Error
        : SpfTermOutcome.NoMatch;

    private SpfEvidence? TargetOf(short step, short term) => _targets.TryGetValue(new SpfPosition(step, term), out var target) ? Read(target) : null;

    private ImmutableArray<SpfLookup> LookupsOf(short step, short term) => [.. _lookups[new SpfPosition(step, term)].Select(Describe)];

    private static SpfLookup Describe(SpfTrace.LookupStep lookup)
    {
        var response = lookup.Response;
        ImmutableArray<string> answers = lookup.Type switch
        {
            DnsRecordType.Txt => response.Texts,
            DnsRecordType.A or DnsRecordType.Aaaa => [.. response.Addresses.Select(static address => address.ToString())],
            DnsRecordType.Mx =>
            [
                .. response.MailHosts.Select(static host =>
                    string.Create(CultureInfo.InvariantCulture, $"{host.Preference} {host.Exchange?.ToString() ?? "."}")),
            ],
            DnsRecordType.Ptr => [.. response.Names.Select(static name => name.ToString())],
            _ => throw new UnreachableException(),
        };
        return new SpfLookup(lookup.Type, lookup.Subject.ToString()!, response.Status, answers, response.Reason);
    }
}
