using System.Diagnostics;
using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Spf;

/// <summary>One walk through a domain's SPF record with all included records.</summary>
internal sealed class SpfWalk(InspectionResolver resolver, SpfOptions options)
{
    // The walk goes on beyond the limit of a check, to show by how much the record exceeds the limit, but it also has a limit.
    private const int WalkedPerAllowed = 6;

    private readonly SpfVoidLookups _voidLookups = new();
    private readonly List<DomainName> _path = [];
    private int _lookupCount;
    private bool _isCut;

    public async Task<SpfInspection> RunAsync(DomainName domain, CancellationToken cancellationToken)
    {
        var root = await VisitAsync(domain, isRoot: true, isIncluded: false, cancellationToken).ConfigureAwait(false);
        JudgeCounts(root);
        return new SpfInspection
        {
            Root = root,
            LookupCount = _lookupCount,
            MaxLookups = options.MaxLookups,
            IsCut = _isCut,
            VoidLookups = _voidLookups,
            MaxVoidLookups = options.MaxVoidLookups,
        };
    }

    private async Task<SpfNode> VisitAsync(DomainName domain, bool isRoot, bool isIncluded, CancellationToken cancellationToken)
    {
        var node = new SpfNode(domain);
        var response = await resolver.TextsAsync(domain, cancellationToken).ConfigureAwait(false);
        if (response.Status == DnsStatus.Failure)
        {
            node.Failure = response;
            node.Add(FindingSeverity.Warning, FindingCode.SpfLookupFailed, domain.ToString(), response.Reason!);
            return node;
        }

        node.IsVoid = response.IsVoid;
        SpfRecordReading.Read(node, response, isRoot, isIncluded);
        if (node.Record is { } record)
        {
            _path.Add(domain);
            await FollowAsync(node, record, isIncluded, cancellationToken).ConfigureAwait(false);
            _path.RemoveAt(_path.Count - 1);
        }

        return node;
    }

    private async Task FollowAsync(SpfNode node, SpfRecord record, bool isIncluded, CancellationToken cancellationToken)
    {
        foreach (var term in record.EvaluatedTerms.Where(static term => term.AsksDns))
        {
            // Each term that asks counts, whether or not it finds something (RFC 7208 section 4.6.4).
            _isCut |= _lookupCount >= options.MaxLookups * WalkedPerAllowed;
            if (_isCut)
            {
                return;
            }

            await FollowAsync(node, node.Add(term, ++_lookupCount), term, isIncluded, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FollowAsync(SpfNode node, SpfStep step, SpfTerm term, bool isIncluded, CancellationToken cancellationToken)
    {
        var isPointer = term is SpfMechanism { Kind: SpfMechanismKind.Ptr };
        _voidLookups.PointerCount += isPointer ? 1 : 0;
        if (term.DependsOnMessage)
        {
            // The lookups for a client that matches nothing may also find nothing here. Of an include only a missing record counts, which
            // is a permerror anyway.
            step.Answer = "depends on the message";
            _voidLookups.DependentCount += isPointer || term.LeadsToRecord ? 0 : 1;
        }
        else if (isPointer)
        {
            step.Answer = "depends on the client";
        }
        else if (term.LeadsToRecord)
        {
            await FollowTargetAsync(node, step, term, isIncluded || term is SpfMechanism, cancellationToken).ConfigureAwait(false);
        }
        else if ((term.DomainSpec is null ? node.Domain : term.TargetName) is { } name)
        {
            await AskAsync(node, step, (SpfMechanism)term, name, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            step.Answer = "not a valid name: nothing is found";
        }
    }

    private async Task FollowTargetAsync(SpfNode node, SpfStep step, SpfTerm term, bool isIncluded, CancellationToken cancellationToken)
    {
        if (term.TargetName is not { } name)
        {
            node.Add(FindingSeverity.Error, term, FindingCode.SpfImpossibleName, term.DomainSpec!);
            return;
        }

        if (_path.Contains(name))
        {
            node.Add(FindingSeverity.Error, term, FindingCode.SpfLoop, name.ToString());
            return;
        }

        var target = await VisitAsync(name, isRoot: false, isIncluded, cancellationToken).ConfigureAwait(false);
        step.Target = target;
        if (target.Record is null && target.Failure is null)
        {
            // RFC 7208 sections 5.2 and 6.1. A failed lookup is a temperror, and is reported for the target.
            step.IsVoid = target.IsVoid;
            _voidLookups.Add(step.IsVoid, step.IsVoid);
            var code = target.Records.Length switch
            {
                0 => FindingCode.SpfTargetWithoutRecord,
                1 => FindingCode.SpfTargetUnusable,
                _ => FindingCode.SpfTargetWithSeveralRecords,
            };
            node.AddBySection(term, code, name.ToString());
        }
    }

    // Except for "mx" and "exists", the question of a term depends on the kind of the client's address.
    private async Task AskAsync(SpfNode node, SpfStep step, SpfMechanism term, DomainName name, CancellationToken cancellationToken)
    {
        var type = term.Kind == SpfMechanismKind.MX ? DnsRecordType.Mx : DnsRecordType.A;
        var type6 = term.Kind == SpfMechanismKind.A ? DnsRecordType.Aaaa : type;
        var four = await resolver.QueryAsync(new DnsQuestion(name, type), cancellationToken).ConfigureAwait(false);
        var six = type6 == type || four.Status is DnsStatus.Failure or DnsStatus.NameError ? four
            : await resolver.QueryAsync(new DnsQuestion(name, type6), cancellationToken).ConfigureAwait(false);
        var hosts = HostsOf(four);
        step.IsVoid = four.IsVoid && six.IsVoid;
        _voidLookups.Add(four.IsVoid, six.IsVoid);
        var answer = four.Status is DnsStatus.NoData ? six : four;
        answer = six.Status is DnsStatus.Failure ? six : answer;
        step.Answer = answer.Status switch
        {
            DnsStatus.NoData => "no such record",
            DnsStatus.NameError => "no such name",
            DnsStatus.Failure => answer.Reason ?? "no answer",
            DnsStatus.Records when type == DnsRecordType.Mx => hosts.Length == 0 ? "null MX (RFC 7505)" : Numbers.Of(hosts.Length, "mail host"),
            DnsStatus.Records => type6 == type ? Numbers.Of(four.Count, "IPv4 address", "es")
                : $"{Numbers.Text(four.Count)} IPv4, {Numbers.Of(six.Count, "IPv6 address", "es")}",
            _ => throw new UnreachableException(),
        };
        if (step.IsVoid && term.Kind != SpfMechanismKind.Exists)
        {
            node.Add(FindingSeverity.Warning, term, type == DnsRecordType.Mx ? FindingCode.SpfNoMailHost : FindingCode.SpfNoAddress, name.ToString());
        }
        else if (answer.Status == DnsStatus.Failure)
        {
            node.Add(FindingSeverity.Warning, term, FindingCode.SpfTermLookupFailed, name.ToString(), answer.Reason!);
        }
        else if (type == DnsRecordType.Mx)
        {
            await CheckMailHostsAsync(node, term, name, hosts, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CheckMailHostsAsync(SpfNode node, SpfTerm term, DomainName name, DomainName[] hosts, CancellationToken cancellationToken)
    {
        if (hosts.Length == 0)
        {
            node.Add(FindingSeverity.Warning, term, FindingCode.SpfNullMx, name.ToString());
        }
        else if (hosts.Length > options.MaxMailHosts)
        {
            node.Add(
                FindingSeverity.Error, term, FindingCode.SpfTooManyMailHosts, name.ToString(), Numbers.Text(hosts.Length), Numbers.Text(options.MaxMailHosts));
            return;
        }

        foreach (var host in hosts.Distinct())
        {
            await CheckMailHostAsync(node, term, host, cancellationToken).ConfigureAwait(false);
        }
    }

    // RFC 7208 section 5.4: the client's address is compared with the addresses of the hosts. A host without addresses is not a void
    // lookup.
    private async Task CheckMailHostAsync(SpfNode node, SpfTerm term, DomainName host, CancellationToken cancellationToken)
    {
        var four = await resolver.QueryAsync(new DnsQuestion(host, DnsRecordType.A), cancellationToken).ConfigureAwait(false);
        var last = four.IsVoid
            ? await resolver.QueryAsync(new DnsQuestion(host, DnsRecordType.Aaaa), cancellationToken).ConfigureAwait(false)
            : four;
        if (last.IsVoid)
        {
            node.Add(FindingSeverity.Warning, term, FindingCode.SpfMailHostWithoutAddress, host.ToString());
        }
        else if (last.Status == DnsStatus.Failure)
        {
            node.Add(FindingSeverity.Warning, term, FindingCode.SpfMailHostLookupFailed, host.ToString(), last.Reason!);
        }
    }

    // RFC 7208 section 5.4: hosts are looked up in the order of preference; a null MX (RFC 7505) names no host.
    private static DomainName[] HostsOf(DnsResponse response) =>
        [.. response.MailHosts.Where(static host => host.Exchange is not null).OrderBy(static host => host.Preference).Select(static host => host.Exchange!)];

    private void JudgeCounts(SpfNode root)
    {
        var most = Numbers.Text(options.MaxLookups);
        if (_lookupCount > options.MaxLookups)
        {
            var code = _isCut ? FindingCode.SpfUncountedLookups : FindingCode.SpfTooManyLookups;
            root.Add(FindingSeverity.Error, code, Numbers.Text(_lookupCount), most);
        }
        else if (_lookupCount == options.MaxLookups)
        {
            root.Add(FindingSeverity.Warning, FindingCode.SpfAllLookupsUsed, most);
        }

        _voidLookups.Judge(root, options.MaxVoidLookups);
    }
}
