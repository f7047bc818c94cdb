using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EmailAuth.Policy;
using EmailAuth.Syntax;

namespace EmailAuth.Settings;

/// <summary>The settings of local policy: what the receiver decides for itself.</summary>
internal static class PolicySettings
{
    private static readonly SettingForm<DispositionAction> Action =
        SettingForm.OneOf(DispositionAction.Accept, DispositionAction.Quarantine, DispositionAction.Reject, DispositionAction.TempFail);

    private static readonly SettingForm<ImmutableArray<DomainName>> Domains = SettingForm.List(new SettingForm<DomainName>(
        "a domain name", TryParseDomain, static domain => domain.ToString()));

    public static ImmutableArray<Setting> Rows { get; } =
    [
        Policy(
            "OwnNetworks", SettingForm.List(SettingForm.Network), static p => p.OwnNetworks, static (p, v) => p with { OwnNetworks = v },
            "the organization's own networks: mail from there is accepted whatever the checks say"),
        Policy(
            "AcceptAuthenticatedSubmissions",
            SettingForm.Flag,
            static p => p.AcceptAuthenticatedSubmissions,
            static (p, v) => p with { AcceptAuthenticatedSubmissions = v },
            "accept messages of clients that authenticated (SMTP AUTH) whatever the checks say"),
        Policy(
            "MaximumAction",
            SettingForm.OneOf(DispositionAction.Accept, DispositionAction.Quarantine, DispositionAction.Reject),
            static p => p.MaximumAction,
            static (p, v) => p with { MaximumAction = v },
            "the strongest action, whatever the reason; a stronger one is lowered to it, except that `tempfail` stays"),
        Policy(
            "OnReject", Action, static p => p.OnReject, static (p, v) => p with { OnReject = v },
            "what is done with a message that fails DMARC and whose domain asks for rejection. With `accept`, the result says `dis=none`, and the override is recorded"),
        Policy(
            "OnQuarantine", Action, static p => p.OnQuarantine, static (p, v) => p with { OnQuarantine = v },
            "what is done with a message that fails DMARC and whose domain asks for quarantine"),
        Policy(
            "OnUnusableAuthor", SettingForm.Optional(Action), static p => p.OnUnusableAuthor, static (p, v) => p with { OnUnusableAuthor = v },
            "what is done with a message that does not have one author domain (DMARC permerror); without it the stronger of `Policy:OnReject` and `Policy:OnQuarantine`"),
        Policy(
            "OnUndecided",
            SettingForm.Optional(SettingForm.OneOf(DispositionAction.Accept, DispositionAction.TempFail)),
            static p => p.OnUndecided,
            static (p, v) => p with { OnUndecided = v },
            "what is done with a message when a DNS failure hides whether it fails a policy that is known and enforced; without it `tempfail` where "
            + "`Policy:OnReject` or `Policy:OnQuarantine` is not `accept`, else as `Policy:OnTemporaryError`"),
        Policy(
            "OnTemporaryError", Action, static p => p.OnTemporaryError, static (p, v) => p with { OnTemporaryError = v },
            "what is done with any other message for which DMARC ends in temperror"),
        Policy(
            "ApplyStrictestAuthorPolicy",
            SettingForm.Flag,
            static p => p.ApplyStrictestAuthorPolicy,
            static (p, v) => p with { ApplyStrictestAuthorPolicy = v },
            "handle a message whose From names several domains by the strictest policy of any of them (RFC 9989 section 5.3.1), before `Policy:OnUnusableAuthor`"),
        Policy(
            "AcceptPartialSignatures",
            SettingForm.Flag,
            static p => p.AcceptPartialSignatures,
            static (p, v) => p with { AcceptPartialSignatures = v },
            "accept DKIM signatures that leave part of the body unsigned (`l=`, RFC 6376 section 8.2); otherwise `dkim=policy`"),
        Policy(
            "Forwarders", SettingForm.List(SettingForm.Network), static p => p.Forwarders, static (p, v) => p with { Forwarders = v },
            "networks whose clients forward mail for this receiver's users: it is accepted where DMARC fails"),
        TrustDomains(
            "ForwarderDomains", static p => p.ForwarderDomains, static (p, v) => p with { ForwarderDomains = v },
            "domains that forward mail for this receiver's users; they count when SPF or DKIM authenticated them"),
        TrustDomains(
            "MailingLists", static p => p.MailingLists, static (p, v) => p with { MailingLists = v },
            "domains of mailing lists; they count when SPF or DKIM authenticated them"),
        TrustDomains(
            "TrustedSealers", static p => p.TrustedSealers, static (p, v) => p with { TrustedSealers = v },
            "domains whose ARC seals override a DMARC failure (RFC 8617 section 7.2). Of several in a row up to the newest, one must have seen this author domain "
            + "pass (`dmarc=pass` with `header.from`), and those after it must have judged the same author domain or say nothing of DMARC. Their signatures must "
            + "cover From and the whole body. Also domains by which this host seals, other than those at, above and below `AuthservId` (a name of one label has none above or below it)"),
        ExceptionsRow(),
    ];

    private static Setting<EmailAuthSettings, SettingFile<PolicyExceptionsFile>?> ExceptionsRow() => new(
        "Policy:ExceptionsFile",
        new SettingFileForm<PolicyExceptionsFile>("a file of exceptions", PolicyExceptionsFile.Load),
        static s => s.ExceptionsFile,
        static (s, v) =>
        {
            s.ExceptionsFile = v;
            s.Options = s.Options with { LocalPolicy = s.Options.LocalPolicy with { ExceptionsFile = v?.Content } };
        },
        "the path of a file of exceptions, a line each: `WHO ACTION [until YYYY-MM-DD] # WHY`. WHO is an author domain (`example.com`; `.example.com` with all below it), a "
        + "network of clients, or both (`example.com@192.0.2.0/24`); ACTION is `accept`, `at-most-quarantine`, `reject` or `skip` with methods (`skip spf,dkim`). `accept` and "
        + "`skip` by domain alone open the domain to forgers, as anyone can write any From. The first line that is about a message decides, and every `skip`. A "
        + "changed file is read again; one with an error is logged and not used");

    private static Setting Policy<T>(string name, SettingForm<T> form, Func<LocalPolicy, T> get, Func<LocalPolicy, T, LocalPolicy> with, string text) =>
        SettingRow.Of("Policy:" + name, form, o => get(o.LocalPolicy), (o, v) => o with { LocalPolicy = with(o.LocalPolicy, v) }, text);

    private static Setting TrustDomains(
        string name,
        Func<LocalPolicy, ImmutableHashSet<DomainName>> get,
        Func<LocalPolicy, ImmutableHashSet<DomainName>, LocalPolicy> with,
        string text) =>
        Policy(name, Domains, p => [.. get(p).OrderBy(static domain => domain.ToString(), StringComparer.Ordinal)], (p, v) => with(p, [.. v]), text);

    private static bool TryParseDomain(string text, [MaybeNullWhen(false)] out DomainName domain) => (domain = DomainName.Parse(text).Value) is not null;
}
