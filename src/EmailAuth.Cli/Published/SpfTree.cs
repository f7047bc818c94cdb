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
    // What a check may ask is 10; the walk goes on past it to show by how much the record exceeds that, but not for ever.
    private const int MaxLookups = 60;
    private const int MaxLookupsOfCheck = 10;
    private const int MaxVoidLookupsOfCheck = 2;
    private const int MaxMailHosts = 10;

    private readonly IDnsResolver _resolver;
    private readonly List<DomainName> _path = [];

    private SpfTree(IDnsResolver resolver) => _resolver = resolver;

    public SpfNode Root { get; private set; } = null!;

    /// <summary>How many terms ask the DNS when none matches, of the 10 that may.</summary>
    public int LookupCount { get; private set; }

    /// <summary>How many of them find nothing, of the 2 that may.</summary>
    public int VoidLookupCount { get; private set; }

    /// <summary>Whether there was more to walk than is sensible.</summary>
    public bool IsCut { get; private set; }

    public static async Task<SpfTree> WalkAsync(IDnsResolver resolver, DomainName domain, CancellationToken cancellationToken)
    {
        var tree = new SpfTree(resolver);
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
                throw new CommandException(ExitCode.Input, $"the TXT records of {domain} cannot be had: {response.Reason}; try again later, or another server with --dns");
            }

            node.Findings.Add(new Finding(Severity.Error, $"the record of {domain} cannot be had: {response.Reason} (temperror)"));
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
            await FollowTargetAsync(node, step, redirect.Target!, redirect.Position, redirect.ToString().Length, cancellationToken);
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
            step.Answer = "depends on the message";
            return true;
        }

        var name = mechanism.Target is { } target ? target.Name : node.Domain;
        switch (mechanism.Kind)
        {
            case SpfMechanismKind.Include:
                await FollowTargetAsync(node, step, mechanism.Target!, mechanism.Position, mechanism.ToString().Length, cancellationToken);
                break;
            case SpfMechanismKind.Ptr:
                step.Answer = "depends on the client";
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

    private async Task FollowTargetAsync(SpfNode node, SpfStep step, SpfDomainSpec spec, int position, int length, CancellationToken cancellationToken)
    {
        if (!spec.IsConstant)
        {
            step.Answer = "depends on the message";
            return;
        }

        var record = node.Records[0];
        if (spec.Name is not { } name)
        {
            record.Error($"\"{spec.Text}\" is no possible name: every check that gets here is a permerror", position, length);
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
            VoidLookupCount += step.IsVoid ? 1 : 0;
            var what = step.Target.Records.Count > 1 ? "several SPF records" : step.Target.Records.Count == 1 ? "no SPF record that can be used" : "no SPF record";
            record.Error($"{name} has {what}: every check that gets here is a permerror (RFC 7208 section {(step.Term.StartsWith('r') ? "6.1" : "5.2")})", position, length);
        }
    }

    private async Task AskMailHostsAsync(SpfNode node, SpfStep step, SpfMechanism mechanism, DomainName name, CancellationToken cancellationToken)
    {
        var response = await _resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Mx), cancellationToken);
        Answered(node, step, mechanism, name, response.Status, response.Reason, Amount(response.Count, "mail host"));
        if (response.Count > MaxMailHosts)
        {
            node.Records[0].Error(
                $"{name} has {response.Count} mail hosts where a check may ask for {MaxMailHosts}: permerror (RFC 7208 section 4.6.4)", mechanism.Position, mechanism.ToString().Length);
        }
    }

    private async Task AskAddressesAsync(SpfNode node, SpfStep step, SpfMechanism mechanism, DomainName name, CancellationToken cancellationToken)
    {
        var four = await _resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.A), cancellationToken);

        // RFC 7208 section 5.7: "exists" asks for A whatever the client's address is; "a" asks for the kind that the client has.
        if (mechanism.Kind == SpfMechanismKind.Exists || four.Status is DnsStatus.Failure or DnsStatus.NameError)
        {
            Answered(node, step, mechanism, name, four.Status, four.Reason, Amount(four.Count, "IPv4 address", "es"));
            return;
        }

        var six = await _resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Aaaa), cancellationToken);
        var status = four.Status == DnsStatus.NoData ? six.Status : four.Status;
        Answered(node, step, mechanism, name, status, six.Reason, $"{four.Count} IPv4, {Amount(six.Count, "IPv6 address", "es")}");
    }

    private void Answered(SpfNode node, SpfStep step, SpfMechanism mechanism, DomainName name, DnsStatus status, string? failure, string found)
    {
        step.IsVoid = status is DnsStatus.NoData or DnsStatus.NameError;
        VoidLookupCount += step.IsVoid ? 1 : 0;
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
                $"{more}{LookupCount} DNS lookups where 10 are allowed: permerror for every client that does not match earlier (RFC 7208 section 4.6.4)"));
        }
        else if (LookupCount == MaxLookupsOfCheck)
        {
            Root.Findings.Add(new Finding(Severity.Warning, "all 10 DNS lookups are used: one more, here or in an included record, and the record fails"));
        }

        if (VoidLookupCount > MaxVoidLookupsOfCheck)
        {
            Root.Findings.Add(new Finding(
                Severity.Error,
                string.Create(CultureInfo.InvariantCulture, $"{VoidLookupCount} lookups find nothing where 2 may: permerror for every client that does not match earlier (RFC 7208 section 4.6.4)")));
        }
    }

    private static string Amount(int count, string what, string plural = "s") =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? string.Empty : plural)}");
}
