using System.Collections.Immutable;
using System.Net;
using EmailAuth.Dmarc;
using EmailAuth.Policy;
using EmailAuth.Syntax;

namespace EmailAuth.Native.Configuration;

/// <summary>Reads the key <c>policy</c>: what the receiver decides for itself.</summary>
internal static class PolicyReader
{
    private const string NetworkForm = "a network such as 192.0.2.0/24";
    private const string DomainForm = "a domain name";
    private static readonly ImmutableArray<DispositionAction> Lasting = [DispositionAction.Accept, DispositionAction.Quarantine, DispositionAction.Reject];
    private static readonly ImmutableArray<DispositionAction> All = [.. Lasting, DispositionAction.TempFail];
    private static readonly ImmutableArray<DispositionAction> Undecided = [DispositionAction.Accept, DispositionAction.TempFail];

    // Each has one meaning of its own; under the old name two of them could be mistaken for one another.
    private static readonly ImmutableArray<(string Old, string Key)> Renamed =
    [
        ("trusted_networks", "own_networks"),
        ("forwarder_networks", "forwarders"),
        ("trusted_forwarders", "forwarder_domains"),
        ("strongest_action", "maximum_action"),
    ];

    public static LocalPolicy Read(ConfigurationObject? section)
    {
        if (section is null)
        {
            return LocalPolicy.Default;
        }

        foreach (var (old, key) in Renamed)
        {
            if (section.Has(old))
            {
                throw section.Refuse(old, $"this key is now {section.PathOf(key)}.");
            }
        }

        var defaults = LocalPolicy.Default;
        var policy = new LocalPolicy
        {
            OwnNetworks = Networks(section, "own_networks"),
            AcceptAuthenticatedSubmissions = section.Flag("accept_authenticated", defaults.AcceptAuthenticatedSubmissions),
            MaximumAction = Action(section, "maximum_action", Lasting) ?? defaults.MaximumAction,
            OnReject = Action(section, "on_reject", All) ?? defaults.OnReject,
            OnQuarantine = Action(section, "on_quarantine", All) ?? defaults.OnQuarantine,
            OnUnusableAuthor = Action(section, "on_unusable_author", All, "reject_unusable_author", DispositionAction.Reject),
            OnUndecided = Action(section, "on_undecided", Undecided),
            OnTemporaryError = Action(section, "on_temporary_error", All, "tempfail_on_temporary_error", DispositionAction.TempFail)
                ?? defaults.OnTemporaryError,
            ApplyStrictestAuthorPolicy = section.Flag("apply_strictest_author_policy", defaults.ApplyStrictestAuthorPolicy),
            AcceptPartialSignatures = section.Flag("accept_partial_signatures", defaults.AcceptPartialSignatures),
            Dmarc = new DmarcLocalPolicy
            {
                Forwarders = Networks(section, "forwarders"),
                ForwarderDomains = Domains(section, "forwarder_domains"),
                MailingLists = Domains(section, "mailing_lists"),
                TrustedSealers = Domains(section, "trusted_sealers"),
            },
        };
        section.ExpectNoMore();
        return policy;
    }

    private static DispositionAction? Action(ConfigurationObject section, string key, ImmutableArray<DispositionAction> allowed)
    {
        if (section.Text(key) is not { } text)
        {
            return null;
        }

        foreach (var action in allowed)
        {
            if (action.Keyword() == text)
            {
                return action;
            }
        }

        var names = allowed.Select(static action => action.Keyword()).ToList();
        throw section.Refuse(key, $"\"{text}\" is not one of {string.Join(", ", names[..^1])} and {names[^1]}.");
    }

    // The flag is the older key, with one action in place of all.
    private static DispositionAction? Action(
        ConfigurationObject section, string key, ImmutableArray<DispositionAction> allowed, string flag, DispositionAction ofFlag)
    {
        if (!section.Has(flag))
        {
            return Action(section, key, allowed);
        }

        return section.Has(key)
            ? throw section.Refuse(flag, $"the key {section.PathOf(key)} says the same; only one of them can be given.")
            : section.Flag(flag, false) ? ofFlag : DispositionAction.Accept;
    }

    private static ImmutableArray<IPNetwork> Networks(ConfigurationObject section, string key) =>
        [.. section.List(key, Network, NetworkForm).Select(static text => NetworkText.Parse(text)!.Value)];

    private static string? Network(string text) => NetworkText.Parse(text) is null ? null : text;

    private static ImmutableHashSet<DomainName> Domains(ConfigurationObject section, string key) =>
        [.. section.List(key, static text => DomainName.Parse(text).Value, DomainForm)];
}
