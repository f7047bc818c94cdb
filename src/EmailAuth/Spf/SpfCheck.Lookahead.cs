using System.Diagnostics;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <content>
/// Lookahead. While an answer is awaited, the terms that would be evaluated next are walked through in their order, as if none
/// matched whose answer is not there yet, and their lookups are begun. Nothing is decided here: the evaluation finds the answers
/// when it comes to their terms. With every answer at hand this code never runs.
/// </content>
internal sealed partial class SpfCheck
{
    // An mx or a ptr may need ten more lookups each; so many of these are begun ahead in one check.
    private const int MaxHostsPrefetched = 20;

    // As many as RFC 7208 section 4.6.4 lets a check ask: whatever MaxLookups is raised to, each look ahead costs no more than that.
    private const int MaxTermsPrefetched = 10;
    private const int MaxRecordsAbove = 10;

    /// <summary>How the evaluation will go on, as far as it can be known.</summary>
    private enum Outlook
    {
        /// <summary>No term is sure to match.</summary>
        NoMatch,

        /// <summary>A term is sure to match, with pass.</summary>
        Pass,

        /// <summary>A term is sure to match, with another result.</summary>
        OtherMatch,

        /// <summary>An error or a limit ends the check.</summary>
        End,
    }

    // The hosts that the term being evaluated asks for one after the other.
    private IReadOnlyList<DomainName> _awaitedHosts = [];

    // RFC 7208 section 4.6.4: what was asked and what was begun ahead stay within the limit together.
    private bool MayPrefetch => TermLookups + _lookups.TermsPrefetched < _options.MaxLookups;

    /// <summary>Begins what may be needed after the term that is being evaluated in the given record of the trace.</summary>
    public void LookAhead(short step)
    {
        PrefetchHosts(_awaitedHosts);
        var terms = TermLookups;
        var outlook = WalkRest(step, ref terms);
        for (var above = 0; outlook != Outlook.End && above < MaxRecordsAbove && Trace.Record(step).Parent is var parent && parent != SpfTrace.None; above++)
        {
            var (term, record) = (Trace.Record(step).ParentTerm, Trace.Record(parent).Record!);
            if (term < record.Mechanisms.Length)
            {
                outlook = outlook == Outlook.Pass ? OutlookOf(record.Mechanisms[term]) : WalkRest(parent, ref terms);
            }

            step = parent;
        }
    }

    private Outlook WalkRest(short step, ref int terms)
    {
        var (record, domain, begun) = (Trace.Record(step).Record, Trace.Record(step).Domain, Trace.Record(step).TermsBegun);
        return record is null ? Outlook.NoMatch : Walk(record, domain, begun, ref terms);
    }

    private Outlook Walk(SpfRecord record, DomainName domain, int from, ref int terms)
    {
        for (var i = from; i < record.Mechanisms.Length; i++)
        {
            var mechanism = record.Mechanisms[i];
            var outlook = mechanism.AsksDns ? WalkTerm(mechanism, domain, ref terms)
                : mechanism.Kind == SpfMechanismKind.All || _input.Client.IsInNetworkOf(mechanism) ? OutlookOf(mechanism)
                : Outlook.NoMatch;
            if (outlook != Outlook.NoMatch)
            {
                return outlook;
            }
        }

        // The index after the last mechanism's is the redirect's.
        if (record.Redirect is null || from > record.Mechanisms.Length)
        {
            return Outlook.NoMatch;
        }

        return IsTooFar(++terms) ? Outlook.End
            : KnownName(record.Redirect.Target!, domain) is { } target ? WalkDomain(target, ref terms)
            : Outlook.NoMatch;
    }

    private Outlook WalkDomain(DomainName domain, ref int terms)
    {
        if (domain.LabelCount < 2)
        {
            return Outlook.End;
        }

        if (_lookups.Prefetch(new DnsQuestion(domain, DnsRecordType.Txt), isTerm: true, MayPrefetch) is not { } response)
        {
            return Outlook.NoMatch;
        }

        return SelectRecord(response, domain).Record is { } record ? Walk(record, domain, 0, ref terms) : Outlook.End;
    }

    private Outlook WalkTerm(SpfMechanism mechanism, DomainName domain, ref int terms)
    {
        if (IsTooFar(++terms))
        {
            return Outlook.End;
        }

        var target = mechanism.Target is null ? domain : KnownName(mechanism.Target, domain);
        if (target is null)
        {
            return Outlook.NoMatch;
        }

        switch (mechanism.Kind)
        {
            case SpfMechanismKind.Include:
                return WalkDomain(target, ref terms) switch
                {
                    Outlook.Pass => OutlookOf(mechanism),
                    Outlook.End => Outlook.End,
                    Outlook.NoMatch or Outlook.OtherMatch => Outlook.NoMatch,
                    _ => throw new UnreachableException(),
                };
            case SpfMechanismKind.A:
                var hosts = _lookups.Prefetch(AddressesOf(target), isTerm: true, MayPrefetch);
                return hosts is null ? Outlook.NoMatch
                    : hosts.Status == DnsStatus.Failure ? Outlook.End
                    : AnyShares(hosts, mechanism) ? OutlookOf(mechanism)
                    : Outlook.NoMatch;
            case SpfMechanismKind.Exists:
                return _lookups.Prefetch(new DnsQuestion(target, DnsRecordType.A), isTerm: true, MayPrefetch)?.Status switch
                {
                    DnsStatus.Records => OutlookOf(mechanism),
                    DnsStatus.Failure => Outlook.End,
                    DnsStatus.NoData or DnsStatus.NameError or null => Outlook.NoMatch,
                    _ => throw new UnreachableException(),
                };
            case SpfMechanismKind.MX:
                if (_lookups.Prefetch(new DnsQuestion(target, DnsRecordType.Mx), isTerm: true, MayPrefetch) is { } response)
                {
                    var exchanges = HostsInOrder(response);
                    if (response.Status == DnsStatus.Failure || exchanges.Length > _options.MaxMailHosts)
                    {
                        return Outlook.End;
                    }

                    PrefetchHosts(exchanges);
                }

                return Outlook.NoMatch;
            case SpfMechanismKind.Ptr:
                if (_lookups.Prefetch(DnsQuestion.Pointers(_input.Client.Address), isTerm: true, MayPrefetch) is { } names)
                {
                    PrefetchHosts(NamesWithin(names, target));
                }

                return Outlook.NoMatch;
            case SpfMechanismKind.All or SpfMechanismKind.IP4 or SpfMechanismKind.IP6: // ask nothing
            default:
                throw new UnreachableException();
        }
    }

    private bool IsTooFar(int terms) => terms > _options.MaxLookups || terms > TermLookups + MaxTermsPrefetched;

    private void PrefetchHosts(IReadOnlyList<DomainName> hosts)
    {
        foreach (var host in hosts)
        {
            _lookups.Prefetch(AddressesOf(host), isTerm: false, _lookups.HostsPrefetched < MaxHostsPrefetched);
        }
    }

    // A name that depends on the client's names is not known before they are.
    private DomainName? KnownName(SpfDomainSpec spec, DomainName domain) =>
        spec.IsConstant ? spec.Name
        : spec.AsksPointers ? null
        : Expander.ExpandName(spec, domain, pointer: null);

    private static Outlook OutlookOf(SpfMechanism mechanism) =>
        mechanism.Qualifier == SpfQualifier.Pass ? Outlook.Pass : Outlook.OtherMatch;
}
