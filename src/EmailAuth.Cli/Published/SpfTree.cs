using System.Globalization;
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
    private const int MaxLookups = 60;

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
        var hasAll = false;
        foreach (var mechanism in record.Mechanisms)
        {
            if (mechanism.Kind == SpfMechanismKind.All)
            {
                // RFC 7208 section 5.1: what stands after "all" is never reached, and redirect is ignored.
                hasAll = true;
                break;
            }

            if (mechanism.AsksDns && !await FollowAsync(node, mechanism, cancellationToken))
            {
                return;
            }
        }

        if (!hasAll && record.Redirect is { } redirect && Count(node, redirect.ToString()) is { } step)
        {
            await FollowTargetAsync(node, step, new Reference(redirect.Target!, redirect.Position, redirect.ToString().Length, "6.1"), cancellationToken);
        }
    }

    private async Task<bool> FollowAsync(SpfNode node, SpfMechanism mechanism, CancellationToken cancellationToken)
    {
        if (Count(node, mechanism.ToString()) is not { } step)
        {
            return false;
        }

        if (mechanism.Target is { IsConstant: false })
        {
            // A client that matches nothing may find nothing here, too. Of an include only the record's own absence counts, which is a
            // permerror anyway.
            step.Answer = "depends on the message";
            VoidLookups.DependentCount += mechanism.Kind is SpfMechanismKind.Include or SpfMechanismKind.Ptr ? 0 : 1;
            VoidLookups.PointerCount += mechanism.Kind == SpfMechanismKind.Ptr ? 1 : 0;
            return true;
        }

        var name = mechanism.Target is { } target ? target.Name : node.Domain;
        switch (mechanism.Kind)
        {
            case SpfMechanismKind.Include:
                await FollowTargetAsync(node, step, new Reference(mechanism.Target!, mechanism.Position, mechanism.ToString().Length, mechanism.Section), cancellationToken);
                break;
            case SpfMechanismKind.Ptr:
                step.Answer = "depends on the client";
                VoidLookups.PointerCount++;
                break;
            case var _ when name is null:
                step.Answer = "no possible name, nothing is found";
                break;
            case SpfMechanismKind.MX:
                await AskMailHostsAsync(node, step, mechanism, name, cancellationToken);
                break;
            default:
                await AskAddressesAsync(node, step, mechanism, name, cancellationToken);
                break;
        }

        return true;
    }

    private async Task FollowTargetAsync(SpfNode node, SpfStep step, Reference reference, CancellationToken cancellationToken)
    {
        var (spec, position, length, section) = reference;
        if (!spec.IsConstant)
        {
            step.Answer = "depends on the message";
            return;
        }

        var record = node.Records[0];
        if (spec.Name is not { } name)
        {
            record.Error($"\"{spec.Text}\" cannot be a name: every check that gets here is a permerror", position, length);
            return;
        }

        if (_path.Contains(name))
        {
            record.Error($"{name} leads back to itself: every check that gets here is a permerror (RFC 7208 section 4.6.4)", position, length);
            return;
        }

        step.Target = await VisitAsync(name, isRoot: false, cancellationToken);
        if (step.Target.Record is null)
        {
            // RFC 7208 sections 5.2 and 6.1.
            step.IsVoid = step.Target.IsVoid;
            VoidLookups.Add(step.IsVoid, step.IsVoid);
            var what = step.Target.Records.Count > 1 ? "several SPF records" : step.Target.Records.Count == 1 ? "no SPF record that can be used" : "no SPF record";
            record.Error($"{name} has {what}: every check that gets here is a permerror (RFC 7208 section {section})", position, length);
        }
    }

    private async Task AskMailHostsAsync(SpfNode node, SpfStep step, SpfMechanism mechanism, DomainName name, CancellationToken cancellationToken)
    {
        var response = await _resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Mx), cancellationToken);
        var hosts = response.MailHosts.Select(record => record.Exchange).OfType<DomainName>().ToList();
        Answered(node, step, mechanism, name, response.Status, response.Status, response.Reason, Amount(hosts.Count, "mail host"));
        if (response.Status == DnsStatus.Records && hosts.Count == 0)
        {
            step.Answer = "null MX (RFC 7505)";
            node.Records[0].Warn($"{name} has a null MX (RFC 7505): the term matches nobody", mechanism.Position, mechanism.ToString().Length);
        }
        else if (hosts.Count > _options.MaxMailHosts)
        {
            node.Records[0].Error(
                $"{name} has {hosts.Count} mail hosts where a check may ask for {_options.MaxMailHosts}: permerror (RFC 7208 section 4.6.4)", mechanism.Position, mechanism.ToString().Length);
            return;
        }

        foreach (var host in hosts.Distinct())
        {
            await CheckMailHostAsync(node, mechanism, host, cancellationToken);
        }
    }

    // RFC 7208 section 5.4: the hosts' addresses are what the client's is compared with; not to find any is not a void lookup.
    private async Task CheckMailHostAsync(SpfNode node, SpfMechanism mechanism, DomainName host, CancellationToken cancellationToken)
    {
        var four = await _resolver.QueryAsync(new DnsQuestion(host, DnsRecordType.A), cancellationToken);
        var last = four.IsVoid ? await _resolver.QueryAsync(new DnsQuestion(host, DnsRecordType.Aaaa), cancellationToken) : four;
        if (last.IsVoid)
        {
            node.Records[0].Warn($"the mail host {host} has no address: nobody matches by it", mechanism.Position, mechanism.ToString().Length);
        }
        else if (last.Status == DnsStatus.Failure)
        {
            node.Records[0].Error($"the mail host {host} cannot be looked up: {last.Reason} (temperror)", mechanism.Position, mechanism.ToString().Length);
        }
    }

    private async Task AskAddressesAsync(SpfNode node, SpfStep step, SpfMechanism mechanism, DomainName name, CancellationToken cancellationToken)
    {
        var four = await _resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.A), cancellationToken);

        // RFC 7208 section 5.7: "exists" asks for A whatever the client's address is; "a" asks for the kind that the client has.
        if (mechanism.Kind == SpfMechanismKind.Exists || four.Status is DnsStatus.Failure or DnsStatus.NameError)
        {
            Answered(node, step, mechanism, name, four.Status, four.Status, four.Reason, Amount(four.Count, "IPv4 address", "es"));
            return;
        }

        var six = await _resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Aaaa), cancellationToken);
        Answered(node, step, mechanism, name, four.Status, six.Status, six.Reason, $"{four.Count} IPv4, {Amount(six.Count, "IPv6 address", "es")}");
    }

    private void Answered(SpfNode node, SpfStep step, SpfMechanism mechanism, DomainName name, DnsStatus four, DnsStatus six, string? failure, string found)
    {
        var (isVoid4, isVoid6) = (four is DnsStatus.NoData or DnsStatus.NameError, six is DnsStatus.NoData or DnsStatus.NameError);
        step.IsVoid = isVoid4 && isVoid6;
        VoidLookups.Add(isVoid4, isVoid6);
        var status = four is DnsStatus.NoData || six is DnsStatus.Failure ? six : four;
        step.Answer = status switch
        {
            DnsStatus.Records => found,
            DnsStatus.NoData => "nothing there",
            DnsStatus.NameError => "no such name",
            _ => failure ?? "no answer",
        };
        if (step.IsVoid && mechanism.Kind != SpfMechanismKind.Exists)
        {
            node.Records[0].Warn($"{name} has no {(mechanism.Kind == SpfMechanismKind.MX ? "mail host" : "address")}: the term matches nobody and counts as a void lookup", mechanism.Position, mechanism.ToString().Length);
        }
        else if (status == DnsStatus.Failure)
        {
            node.Records[0].Error($"{name} cannot be looked up: {failure} (temperror)", mechanism.Position, mechanism.ToString().Length);
        }
    }

    // Each term that asks counts, found or not (RFC 7208 section 4.6.4). Null: enough is enough.
    private SpfStep? Count(SpfNode node, string term)
    {
        if (LookupCount >= MaxLookups)
        {
            IsCut = true;
            return null;
        }

        var step = new SpfStep(term, ++LookupCount);
        node.Steps.Add(step);
        return step;
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

    // What an include or a redirect names, where it is in the record, and the section that says what becomes of it.
    private readonly record struct Reference(SpfDomainSpec Spec, int Position, int Length, string Section);
}
