using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using EmailAuth.Inspection.Domains;

namespace EmailAuth.Inspection.Senders;

/// <summary>Judges for each requirement whether a domain meets it.</summary>
internal sealed class RequirementMatrix(DomainParts parts, SampleMessage? message, DomainRates? rates)
{
    // Gmail: "Keep spam rates … below 0.3 percent".
    internal const double MostComplaintPercent = 0.3;
    private const int LeastKeyBits = 1024;

    private static readonly string[] GmailDomains = ["gmail.com", "googlemail.com"];

    public ImmutableArray<Requirement> Judge() =>
    [
        .. SenderRules.All.Select(rule =>
        {
            var (state, reason) = Judge(rule.Name);
            return new Requirement
            {
                Name = rule.Name,
                Text = rule.Text,
                Reason = reason,
                Providers = [.. SenderRules.Providers.Select(provider => rule.ToRequirement(provider, state))],
            };
        }),
    ];

    private (RequirementState State, string Reason) Judge(string rule) => rule switch
    {
        "spf-or-dkim" => Either(Spf(), Dkim()),
        "spf" => Spf(),
        "dkim" => Dkim(),
        "dkim-key" => KeySize(),
        "dmarc" => Dmarc(),
        "alignment" => Alignment(),
        "reverse-name" => ReverseName(),
        "one-click" => OneClick(),
        "complaints" => Complaints(),
        "own-domain" => Array.Exists(GmailDomains, own => parts.Domain.ToString() == own)
            ? Unseen("the domain is Gmail's own") : Met("the domain is not Gmail's"),
        "reply-address" => ReplyAddress(),
        "arc" => message?.IsArcPassing switch
        {
            true => Met("the ARC chain of the message passes"),
            false => NotMet("the ARC chain of the message does not pass"),
            null => Unseen("only a forwarded message shows it (--message)"),
        },
        _ => Unseen("only the sending host or the receiver sees it"),
    };

    private static (RequirementState State, string Reason) Either((RequirementState State, string Reason) first, (RequirementState State, string Reason) second) =>
        first.State == RequirementState.Met ? first
        : second.State == RequirementState.Met ? second
        : first.State == RequirementState.Unseen || second.State == RequirementState.Unseen ? Unseen($"{first.Reason}; {second.Reason}")
        : NotMet($"{first.Reason}; {second.Reason}");

    private (RequirementState State, string Reason) Spf()
    {
        var root = parts.Spf.Root;
        var isUnknown = parts.Spf.Findings.Any(static finding => finding.IsFailedLookup) && parts.Spf.Findings.All(static finding => finding.Severity != FindingSeverity.Error);
        return isUnknown ? Unseen("the SPF record, or a name in it, could not be looked up")
            : root.Record is null ? NotMet("there is no valid SPF record")
            : parts.Spf.LookupCount > parts.Spf.MaxLookups ? NotMet("SPF needs more lookups than allowed")
            : parts.Spf.Findings.Any(static finding => finding.Severity == FindingSeverity.Error) ? NotMet("the SPF record has an error")
            // Providers ask that SPF and DKIM pass, and that one of them is aligned: that is a requirement of its own.
            : message is { IsSpfPassing: false } ? NotMet("the message does not pass SPF")
            : Met("the SPF record is valid");
    }

    private (RequirementState State, string Reason) Dkim()
    {
        var usable = parts.Keys.Keys.Count(static key => key.Key is { IsRevoked: false, KeyDefect: null } && key.Findings.All(static finding => finding.Severity != FindingSeverity.Error && finding.Code != FindingCode.DkimOnlyTlsReports));
        return message is { IsDkimAligned: true } ? Met("the message has a valid signature of the domain")
            : message is { IsDkimPassing: true } ? Met("the message has a valid signature of another domain")
            : message is { IsDkimPassing: false } ? NotMet("the message has no valid signature")
            : usable > 0 ? Unseen($"{Numbers.Of(usable, "usable key")} found; only a message shows whether mail is signed (--message)")
            : Unseen("no key found under known selectors: give --selector or --message");
    }

    private (RequirementState State, string Reason) KeySize()
    {
        var keys = parts.Keys.Keys.Select(static key => key.Key).Where(static key => key is { IsRevoked: false, KeyType: "rsa" }).ToArray();
        var least = keys.Length == 0 ? 0 : keys.Min(static key => key!.KeyBits);
        return keys.Length == 0 ? Unseen("no RSA key was found")
            : least < LeastKeyBits ? NotMet($"a key has {Numbers.Text(least)} bits")
            : Met($"the smallest key has {Numbers.Text(least)} bits");
    }

    private (RequirementState State, string Reason) Dmarc()
    {
        var result = parts.Dmarc.Result;
        return result.Code == EmailAuth.Dmarc.DmarcResultCode.TempError ? Unseen("the DMARC record could not be looked up")
            : result.Record is null ? NotMet("no DMARC record applies")
            : result.Record.Validity != EmailAuth.Dmarc.DmarcPolicyValidity.Valid ? NotMet("the DMARC record has no valid policy")
            : Met($"the record of {result.PolicyDomain} applies");
    }

    private (RequirementState State, string Reason) Alignment() => message switch
    {
        null => Unseen("only a message shows it (--message)"),
        { IsDkimAligned: true } => Met("a valid signature is of the domain of From"),
        { IsSpfAligned: true } => Met("SPF passes for the domain of From"),
        { IsDkimAligned: false, IsSpfAligned: false } => NotMet("neither SPF nor DKIM is of the domain of From"),
        _ => Unseen("no signature is aligned, and SPF was not checked: give the client's address with the message"),
    };

    private (RequirementState State, string Reason) ReverseName() =>
        parts.Addresses.IsEmpty ? Unseen("no sending address is known: give --ip")
        : parts.Addresses.FirstOrDefault(static address => address.IsConfirmed == false) is { } bad ? NotMet($"{bad.Address} has no name that leads back to it")
        : parts.Addresses.Any(static address => address.IsConfirmed is null) ? Unseen("a lookup failed")
        : Met($"{Numbers.Of(parts.Addresses.Length, "address", "es")} with a name that leads back");

    private (RequirementState State, string Reason) OneClick() => message?.OneClick switch
    {
        null => Unseen("only a message shows it (--message)"),
        OneClickUnsubscribe.Works => Met("the message has both fields, signed"),
        OneClickUnsubscribe.Absent => Unseen("the message does not offer it; mail that is not marketing need not"),
        OneClickUnsubscribe.Invalid or OneClickUnsubscribe.Unsigned => NotMet("the fields of the message do not work"),
        _ => throw new UnreachableException(),
    };

    private (RequirementState State, string Reason) Complaints() => rates?.ComplaintPercent switch
    {
        null => Unseen("only the provider knows (Postmaster Tools), or reports"),
        >= MostComplaintPercent => NotMet($"{Percent(rates.ComplaintPercent.Value)} percent complain"),
        _ => Met($"{Percent(rates.ComplaintPercent.Value)} percent complain"),
    };

    private (RequirementState State, string Reason) ReplyAddress() =>
        !parts.MailHosts.IsKnown ? Unseen("the mail hosts could not be looked up")
        : parts.MailHosts.IsNull || parts.MailHosts.Hosts.IsEmpty ? NotMet("the domain has no mail host")
        : Unseen("the domain has a mail host; whether the address exists cannot be seen");

    internal static string Percent(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static (RequirementState State, string Reason) Met(string reason) => (RequirementState.Met, reason);

    private static (RequirementState State, string Reason) NotMet(string reason) => (RequirementState.NotMet, reason);

    private static (RequirementState State, string Reason) Unseen(string reason) => (RequirementState.Unseen, reason);
}
