using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Inspection.MailHosts;
using EmailAuth.Inspection.Spf;
using EmailAuth.Spf;

namespace EmailAuth.Inspection.Domains;

/// <summary>Finds terms of SPF records that can match no client, and the addresses that a record lists one by one.</summary>
internal static class SpfReach
{
    // A host may list hundreds of addresses; some of them show how its names are kept.
    private const int MostAddresses = 16;

    /// <summary>The findings about a tree. What others publish is not for the domain owner to correct, so it is a note.</summary>
    public static IEnumerable<Finding> Findings(SpfNode node, bool isRoot = true)
    {
        if (node.Record is not { } record)
        {
            yield break;
        }

        foreach (var (term, code, argument) in Unreachable(node, record))
        {
            yield return new Finding
            {
                Code = code,
                Severity = isRoot ? FindingSeverity.Warning : FindingSeverity.Note,
                Name = node.Domain,
                Record = record.Text,
                Position = term.Position,
                Length = term.Length,
                Arguments = [argument],
            };
        }

        foreach (var finding in node.Steps.Where(static step => step.Target is not null).SelectMany(static step => Findings(step.Target!, isRoot: false)))
        {
            yield return finding;
        }
    }

    /// <summary>The single addresses that pass by the domain's own record, including those of "a" and "mx" as far as they are known.</summary>
    public static ImmutableArray<IPAddress> Addresses(SpfNode root, IEnumerable<IPAddress> own, IEnumerable<IPAddress> mailHosts)
    {
        var found = ImmutableArray.CreateBuilder<IPAddress>();
        foreach (var mechanism in root.Record?.Mechanisms ?? [])
        {
            if (mechanism.ResultOnMatch != SpfResultCode.Pass)
            {
                continue;
            }

            if (mechanism.Network is { } network && mechanism.Kind is SpfMechanismKind.IP4 or SpfMechanismKind.IP6)
            {
                if (PrefixOf(mechanism) == (network.AddressFamily == AddressFamily.InterNetwork ? 32 : 128) && !PublicNetworks.IsOutside(network))
                {
                    found.Add(network);
                }
            }
            else if (mechanism is { DomainSpec: null, Kind: SpfMechanismKind.A or SpfMechanismKind.MX })
            {
                found.AddRange(mechanism.Kind == SpfMechanismKind.A ? own : mailHosts);
            }
        }

        return [.. found.Distinct().Take(MostAddresses)];
    }

    private static IEnumerable<(SpfTerm Term, FindingCode Code, string Argument)> Unreachable(SpfNode node, SpfRecord record)
    {
        var earlier = new List<SpfMechanism>();
        foreach (var mechanism in record.Mechanisms.TakeWhile(static mechanism => mechanism.Kind != SpfMechanismKind.All))
        {
            if (mechanism.Network is not { } network)
            {
                continue;
            }

            var prefix = PrefixOf(mechanism);
            if (PublicNetworks.IsOutside(network, prefix))
            {
                yield return (mechanism, FindingCode.SpfPrivateNetwork, mechanism.ToString());
            }
            else if (earlier.Find(other => Covers(other, network, prefix)) is { } cover && !string.Equals(cover.ToString(), mechanism.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                yield return (mechanism, FindingCode.SpfCoveredNetwork, cover.ToString());
            }

            earlier.Add(mechanism);
        }

        foreach (var step in node.Steps)
        {
            if (step is { IsVoid: true, Term: SpfMechanism { Kind: SpfMechanismKind.Exists, TargetName: { } name } })
            {
                yield return (step.Term, FindingCode.SpfNeverExists, name.ToString());
            }
            else if (step is { Term: SpfMechanism { Kind: SpfMechanismKind.Include }, Target.Record: { Redirect: null } target }
                && target.Mechanisms.All(static mechanism => mechanism.ResultOnMatch != SpfResultCode.Pass))
            {
                yield return (step.Term, FindingCode.SpfTargetPassesNobody, step.Target!.Domain.ToString());
            }
        }
    }

    private static int PrefixOf(SpfMechanism mechanism) =>
        mechanism.Network is { AddressFamily: AddressFamily.InterNetwork } ? mechanism.PrefixLengthIPv4 : mechanism.PrefixLengthIPv6;

    private static bool Covers(SpfMechanism other, IPAddress network, int prefix) =>
        other.Network!.AddressFamily == network.AddressFamily && PrefixOf(other) <= prefix
        && new IPNetwork(SpfMeaning.FirstAddress(other.Network, PrefixOf(other)), PrefixOf(other)).Contains(network);
}
