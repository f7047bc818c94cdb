using System.Collections.Immutable;
using System.Net;
using EmailAuth.Policy;

namespace EmailAuth.Milter.Configuration;

/// <summary>What is valid in the settings and hardly meant. Pure.</summary>
internal static class SettingWarnings
{
    private static readonly ImmutableArray<(string Name, IPNetwork All)> Families = [("IPv4", IPNetwork.Parse("0.0.0.0/0")), ("IPv6", IPNetwork.Parse("::/0"))];

    private static readonly ImmutableArray<IPNetwork> ThisHost = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>The warnings, one line each, beginning with the key.</summary>
    public static IEnumerable<string> Of(MilterOptions options) =>
        [.. OfEveryClient(options), .. OfRelays(options), .. OfSigning(options), .. OfMethods(options)];

    // A list of trusted clients with all addresses trusts the whole world.
    private static IEnumerable<string> OfEveryClient(MilterOptions options)
    {
        var policy = options.Authentication.LocalPolicy;
        (string Key, ImmutableArray<IPNetwork> Networks, string Effect)[] lists =
        [
            ("UncheckedClients", options.SigningTable is null ? options.UncheckedClients : [], "no mail is judged"), // a second milter may only sign
            ("SignedClients", options.SigningTable is null ? [] : options.SignedClients, "anyone's mail with your domain in From is signed"),
            ("Relays", RelayNetworks(options), "a sender can write into a Received field which client it is"),
            ("Policy:OwnNetworks", policy.OwnNetworks, "mail is accepted whatever the checks say"),
            ("Policy:Forwarders", policy.Forwarders, "mail is accepted although DMARC fails"),
        ];
        return lists.SelectMany(static list => Families.Where(family => Covers(list.Networks, family.All))
            .Select(family => $"{list.Key}: it has every {family.Name} address: {list.Effect}"));
    }

    private static IEnumerable<string> OfRelays(MilterOptions options) => RelayNetworks(options)
        .Where(static relay => relay.PrefixLength > 0 && ThisHost.Any(own => own.Contains(relay.BaseAddress) || relay.Contains(own.BaseAddress)))
        .Select(static relay => $"Relays: {relay} is also this host, whose own mail is then neither left unchecked nor signed: take it out");

    // Such mail is new and has no signature but ours, which is added after the verdict. Without dmarc no verdict refuses it.
    private static IEnumerable<string> OfSigning(MilterOptions options)
    {
        if (options.SigningTable is null || !options.Authentication.Methods.HasFlag(AuthenticationMethods.Dmarc))
        {
            yield break;
        }

        var policy = options.Authentication.LocalPolicy;
        ImmutableArray<IPNetwork> notRefused = [.. options.UncheckedClients, .. policy.OwnNetworks, .. RelayNetworks(options)];
        foreach (var network in options.SignedClients.Where(network => !Covers(notRefused, network)))
        {
            yield return $"SignedClients: mail of {network} is signed, and is also judged like mail from outside: your own policy may refuse it, or it leaves with "
                + "dmarc=fail in its results. Name the network in UncheckedClients, or in Policy:OwnNetworks";
        }

        if (options.SignAuthenticated && !options.SkipAuthenticated && !policy.AcceptAuthenticatedSubmissions)
        {
            yield return "SignAuthenticated: mail of clients that authenticated is signed, and is also judged like mail from outside: your own policy may refuse it. "
                + "Set SkipAuthenticated or Policy:AcceptAuthenticatedSubmissions to true";
        }
    }

    // Settings that do nothing without a method.
    private static IEnumerable<string> OfMethods(MilterOptions options)
    {
        var (methods, policy) = (options.Authentication.Methods, options.Authentication.LocalPolicy);
        if (!methods.HasFlag(AuthenticationMethods.Dmarc))
        {
            (string Key, DispositionAction? Action)[] actions =
            [
                ("OnReject", policy.OnReject), ("OnQuarantine", policy.OnQuarantine), ("OnUnusableAuthor", policy.OnUnusableAuthor),
                ("OnUndecided", policy.OnUndecided), ("OnTemporaryError", policy.OnTemporaryError),
            ];
            foreach (var (key, action) in actions)
            {
                if (action is { } given && given != DispositionAction.Accept)
                {
                    yield return $"Policy:{key}: {given.Keyword()} is never done, because Methods has no dmarc";
                }
            }

            if (options.Reports.IsEnabled)
            {
                yield return "Reports:Enabled: no mail is counted, because Methods has no dmarc";
            }
        }

        if (!policy.TrustedSealers.IsEmpty && !methods.HasFlag(AuthenticationMethods.Arc))
        {
            yield return "Policy:TrustedSealers: no sealer is believed, because Methods has no arc";
        }

        if (options.AddsReceivedSpf && !methods.HasFlag(AuthenticationMethods.Spf))
        {
            yield return "AddReceivedSpf: no field is added, because Methods has no spf";
        }
    }

    private static ImmutableArray<IPNetwork> RelayNetworks(MilterOptions options) =>
        [.. options.Authentication.Relays.Select(static relay => relay.Network).OfType<IPNetwork>()];

    // Whether each address of a network is in one of the list, which may have it in parts.
    private static bool Covers(ImmutableArray<IPNetwork> networks, IPNetwork network)
    {
        if (networks.Any(one => one.PrefixLength <= network.PrefixLength && one.Contains(network.BaseAddress)))
        {
            return true;
        }

        if (!networks.Any(one => one.PrefixLength > network.PrefixLength && network.Contains(one.BaseAddress)))
        {
            return false;
        }

        var upper = network.BaseAddress.GetAddressBytes();
        upper[network.PrefixLength / 8] |= (byte)(0x80 >> (network.PrefixLength % 8));
        return Covers(networks, new IPNetwork(network.BaseAddress, network.PrefixLength + 1))
            && Covers(networks, new IPNetwork(new IPAddress(upper), network.PrefixLength + 1));
    }
}
