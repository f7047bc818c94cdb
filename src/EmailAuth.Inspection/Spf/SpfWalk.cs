using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using EmailAuth.Cli.Output;
using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Published;

/// <summary>
/// Walks a domain's SPF record with all that it includes, as a check does for a client that matches nothing: so the counts are the
/// highest that a check can reach.
/// </summary>
internal sealed class SpfTree
{
    // The walk goes on past what a check may ask, to show by how much the record exceeds that, but not for ever.
    private const int WalkedPerAllowed = 6;

    private readonly IDnsResolver _resolver;
    private readonly SpfOptions _options;
    private readonly List<DomainName> _path = [];

    private SpfTree(IDnsResolver resolver, SpfOptions options) => (_resolver, _options) = (resolver, options);

    public SpfNode Root { get; private set; } = null!;

    /// <summary>How many terms ask the DNS when none matches.</summary>
    public int LookupCount { get; private set; }

    /// <summary>How many of them may do so in a check.</summary>
    public int MaxLookupsOfCheck => _options.MaxLookups;

    /// <summary>Which of them find nothing.</summary>
    public SpfVoidLookups VoidLookups { get; } = new();

    /// <summary>How many of them may find nothing in a check.</summary>
    public int MaxVoidLookupsOfCheck => _options.MaxVoidLookups;

    /// <summary>Whether there was more to walk than is sensible.</summary>
    public bool IsCut { get; private set; }

    public static Task<SpfTree> WalkAsync(IDnsResolver resolver, DomainName domain, CancellationToken cancellationToken) =>
        WalkAsync(resolver, domain, SpfOptions.Default, cancellationToken);

    /// <summary>Walks.</summary>
    /// <param name="resolver">Where to ask.</param>
    /// <param name="domain">The domain whose record to start with.</param>
    /// <param name="options">The limits of a check.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    public static async Task<SpfTree> WalkAsync(IDnsResolver resolver, DomainName domain, SpfOptions options, CancellationToken cancellationToken)
    {
        var tree = new SpfTree(resolver, options);
        tree.Root = await tree.VisitAsync(domain, isRoot: true, cancellationToken);
        tree.JudgeCounts();
        return tree;
    }

    private async Task<SpfNode> VisitAsync(DomainName domain, bool isRoot, CancellationToken cancellationToken)
    {
        var node = new SpfNode(domain);
        var response = await _resolver.QueryAsync(new DnsQuestion(domain, DnsRecordType.Txt), cancellationToken);
        if (response.Status == DnsStatus.Failure)
        {
            if (isRoot)
            {
                throw new CommandException(ExitCode.Input, $"cannot look up the TXT records of {domain}: {response.Reason}; retry, or use another server with --dns");
            }

            node.Findings.Add(new Finding(Severity.Error, $"cannot look up the record of {domain}: {response.Reason} (temperror)"));
            return node;
        }

        node.IsVoid = response.IsVoid;
        SpfRecordInspection.Read(node, response, isRoot);
        if (node.Record is { } record)
        {
            _path.Add(domain);
            await FollowAsync(node, record, cancellationToken);
            _path.RemoveAt(_path.Count - 1);
        }

        return node;
    }

    private async Task FollowAsync(SpfNode node, SpfRecord record, CancellationToken cancellationToken)
    {
        for (var i = 0; record.TermAt(i) is { } term && !IsCut; i++)
        {
            if (!term.AsksDns)
            {
                continue;
            }

            // Each term that asks counts, found or not (RFC 7208 section 4.6.4).
            if (LookupCount >= _options.MaxLookups * WalkedPerAllowed)
            {
                IsCut = true;
                return;
            }

            var step = new SpfStep(term.ToString(), ++LookupCount);
            node.Steps.Add(step);
            await FollowAsync(node, step, term, cancellationToken);
        }
    }

    private async Task FollowAsync(SpfNode node, SpfStep step, SpfTerm term, CancellationToken cancellationToken)
    {
        var isPointer = term.Mechanism is { Kind: SpfMechanismKind.Ptr };
        VoidLookups.PointerCount += isPointer ? 1 : 0;
        if (term.Target is { IsConstant: false })
        {
            // A client that matches nothing may find nothing here, too. Of an include only the record's own absence counts, which is a
            // permerror anyway.
            step.Answer = "depends on the message";
            VoidLookups.DependentCount += isPointer || term.LeadsToRecord ? 0 : 1;
        }
        else if (isPointer)
        {
            step.Answer = "depends on the client";
        }
        else if (term.LeadsToRecord)
        {
            await FollowTargetAsync(node, step, term, term.Target!, cancellationToken);
        }
        else if ((term.Target is null ? node.Domain : term.Target.Name) is { } name)
        {
            await AskAsync(node, step, term, name, cancellationToken);
        }
        else
        {
            step.Answer = "no possible name, nothing is found";
        }
    }

    private async Task FollowTargetAsync(SpfNode node, SpfStep step, SpfTerm term, SpfDomainSpec spec, CancellationToken cancellationToken)
    {
        if (spec.Name is not { } name)
        {
            Error(node, term, $"\"{spec.Text}\" cannot be a name: every check that gets here is a permerror");
            return;
        }

        if (_path.Contains(name))
        {
            Error(node, term, $"{name} leads back to itself: every check that gets here is a permerror (RFC 7208 section 4.6.4)");
            return;
        }

        step.Target = await VisitAsync(name, isRoot: false, cancellationToken);
        if (step.Target.Record is null)
        {
            // RFC 7208 sections 5.2 and 6.1.
            step.IsVoid = step.Target.IsVoid;
            VoidLookups.Add(step.IsVoid, step.IsVoid);
            var what = step.Target.Records.Count > 1 ? "several SPF records" : step.Target.Records.Count == 1 ? "no SPF record that can be used" : "no SPF record";
            Error(node, term, $"{name} has {what}: every check that gets here is a permerror (RFC 7208 section {term.Section})");
        }
    }

    // What the term asks depends on the kind of the client's address, but for "mx" and "exists".
    private async Task AskAsync(SpfNode node, SpfStep step, SpfTerm term, DomainName name, CancellationToken cancellationToken)
    {
        var (type, type6) = (term.RecordTypeFor(AddressFamily.InterNetwork), term.RecordTypeFor(AddressFamily.InterNetworkV6));
        var four = await _resolver.QueryAsync(new DnsQuestion(name, type), cancellationToken);
        var six = type6 == type || four.Status is DnsStatus.Failure or DnsStatus.NameError ? four
            : await _resolver.QueryAsync(new DnsQuestion(name, type6), cancellationToken);
        var hosts = SpfCheck.HostsInOrder(four);
        step.IsVoid = four.IsVoid && six.IsVoid;
        VoidLookups.Add(four.IsVoid, six.IsVoid);
        var answer = four.Status is DnsStatus.NoData ? six : four;
        answer = six.Status is DnsStatus.Failure ? six : answer;
        step.Answer = answer.Status switch
        {
            DnsStatus.NoData => "nothing there",
            DnsStatus.NameError => "no such name",
            DnsStatus.Failure => answer.Reason ?? "no answer",
            DnsStatus.Records when type == DnsRecordType.Mx => hosts.Length == 0 ? "null MX (RFC 7505)" : Amount(hosts.Length, "mail host"),
            DnsStatus.Records => type6 == type ? Amount(four.Count, "IPv4 address", "es") : $"{four.Count} IPv4, {Amount(six.Count, "IPv6 address", "es")}",
            _ => throw new UnreachableException(),
        };
        if (step.IsVoid && term.Mechanism is not { Kind: SpfMechanismKind.Exists })
        {
            Warn(node, term, $"{name} has no {(type == DnsRecordType.Mx ? "mail host" : "address")}: the term matches nobody and counts as a void lookup");
        }
        else if (answer.Status == DnsStatus.Failure)
        {
            Error(node, term, $"{name} cannot be looked up: {answer.Reason} (temperror)");
        }
        else if (type == DnsRecordType.Mx)
        {
            await CheckMailHostsAsync(node, term, name, hosts, cancellationToken);
        }
    }

    private async Task CheckMailHostsAsync(SpfNode node, SpfTerm term, DomainName name, DomainName[] hosts, CancellationToken cancellationToken)
    {
        if (hosts.Length == 0)
        {
            Warn(node, term, $"{name} has a null MX (RFC 7505): the term matches nobody");
        }
        else if (hosts.Length > _options.MaxMailHosts)
        {
            Error(node, term, $"{name} has {hosts.Length} mail hosts where a check may ask for {_options.MaxMailHosts}: permerror (RFC 7208 section 4.6.4)");
            return;
        }

        foreach (var host in hosts.Distinct())
        {
            await CheckMailHostAsync(node, term, host, cancellationToken);
        }
    }

    // RFC 7208 section 5.4: the hosts' addresses are what the client's is compared with; not to find any is not a void lookup.
    private async Task CheckMailHostAsync(SpfNode node, SpfTerm term, DomainName host, CancellationToken cancellationToken)
    {
        var four = await _resolver.QueryAsync(new DnsQuestion(host, DnsRecordType.A), cancellationToken);
        var last = four.IsVoid ? await _resolver.QueryAsync(new DnsQuestion(host, DnsRecordType.Aaaa), cancellationToken) : four;
        if (last.IsVoid)
        {
            Warn(node, term, $"the mail host {host} has no address: nobody matches by it");
        }
        else if (last.Status == DnsStatus.Failure)
        {
            Error(node, term, $"the mail host {host} cannot be looked up: {last.Reason} (temperror)");
        }
    }

    private void JudgeCounts()
    {
        var more = IsCut ? "more than " : string.Empty;
        if (LookupCount > MaxLookupsOfCheck)
        {
            Root.Findings.Add(new Finding(
                Severity.Error,
                $"{more}{LookupCount} DNS lookups where {MaxLookupsOfCheck} are allowed: permerror for every client that does not match earlier (RFC 7208 section 4.6.4)"));
        }
        else if (LookupCount == MaxLookupsOfCheck)
        {
            Root.Findings.Add(new Finding(Severity.Warning, $"all {MaxLookupsOfCheck} DNS lookups are used: one more, here or in an included record, and the record fails"));
        }

        if (VoidLookups.Judge(MaxVoidLookupsOfCheck) is { } finding)
        {
            Root.Findings.Add(finding);
        }
    }

    private static string Amount(int count, string what, string plural = "s") =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? string.Empty : plural)}");

    private static void Error(SpfNode node, SpfTerm term, string what) => node.Records[0].Error(what, term.Position, term.ToString().Length);

    private static void Warn(SpfNode node, SpfTerm term, string what) => node.Records[0].Warn(what, term.Position, term.ToString().Length);
}
