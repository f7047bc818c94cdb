using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Dmarc;
using EmailAuth.Syntax;

namespace EmailAuth.Native.Configuration;

/// <summary>Reads the key <c>policy</c>: what the receiver decides for itself.</summary>
internal static class PolicyReader
{
    private const string NetworkForm = "a network such as 192.0.2.0/24";
    private const string DomainForm = "a domain name";

    public static LocalPolicy Read(ConfigurationObject? section)
    {
        if (section is null)
        {
            return LocalPolicy.Default;
        }

        var defaults = LocalPolicy.Default;
        var policy = new LocalPolicy
        {
            TrustedNetworks = Networks(section, "trusted_networks"),
            AcceptAuthenticatedSubmissions = section.Flag("accept_authenticated", defaults.AcceptAuthenticatedSubmissions),
            StrongestAction = Strongest(section),
            TempFailOnTemporaryError = section.Flag("tempfail_on_temporary_error", defaults.TempFailOnTemporaryError),
            RejectUnusableAuthor = section.Flag("reject_unusable_author", defaults.RejectUnusableAuthor),
            AcceptPartialSignatures = section.Flag("accept_partial_signatures", defaults.AcceptPartialSignatures),
            Dmarc = new DmarcLocalPolicy
            {
                TrustedNetworks = Networks(section, "forwarder_networks"),
                TrustedForwarders = Domains(section, "trusted_forwarders"),
                MailingLists = Domains(section, "mailing_lists"),
                TrustedSealers = Domains(section, "trusted_sealers"),
            },
        };
        section.ExpectNoMore();
        return policy;
    }

    private static DispositionAction Strongest(ConfigurationObject section) => section.Text("strongest_action") switch
    {
        null or "reject" => DispositionAction.Reject,
        "quarantine" => DispositionAction.Quarantine,
        "accept" => DispositionAction.Accept,
        var text => throw section.Refuse("strongest_action", $"\"{text}\" is not one of accept, quarantine and reject."),
    };

    private static ImmutableArray<IPNetwork> Networks(ConfigurationObject section, string key) =>
        [.. section.List(key, Network, NetworkForm).Select(static text => Parsed(text)!.Value)];

    private static string? Network(string text) => Parsed(text) is null ? null : text;

    private static IPNetwork? Parsed(string text)
    {
        // The runtime takes 192.0.2 for 192.0.0.2 and 010 for 8, as was done long ago: in a list of trusted networks that is a slip of the pen.
        var start = text.Split('/')[0];
        if (!IPAddress.TryParse(start, out var address) || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != start))
        {
            return null;
        }

        if (IPNetwork.TryParse(text, out var network))
        {
            return network;
        }

        return start.Length == text.Length ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
    }

    private static ImmutableHashSet<DomainName> Domains(ConfigurationObject section, string key) =>
        [.. section.List(key, static text => DomainName.Parse(text).Value, DomainForm)];
}
