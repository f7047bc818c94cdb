using System.Collections.Immutable;
using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Inspection.Bimi;
using EmailAuth.Inspection.Senders;
using EmailAuth.Inspection.Transport;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Domains;

/// <summary>
/// Inspects everything that a domain publishes for mail (SPF, DKIM, DMARC, BIMI, mail hosts, names of sending addresses, MTA-STS, TLS reports), and
/// compares it with what large mailbox providers ask of senders. Stateless; safe to use from many threads.
/// </summary>
/// <remarks>
/// All parts ask the DNS together, in at most <see cref="MostRounds"/> rounds: in each round everything that is known to be needed, at the same
/// time. Only an SPF record whose includes are deeper needs a round more for each further level, because without them its lookups cannot be counted.
/// </remarks>
public static class DomainInspector
{
    /// <summary>How many rounds of questions are asked for everything but includes of SPF on deeper levels.</summary>
    public const int MostRounds = 3;

    // RFC 7208 section 4.6.4 allows ten lookups, so a longer chain is a permerror anyway.
    private const int MostSpfRounds = 13;

    private const double AdvisedComplaintPercent = 0.1;
    private const int MostPolicyBytes = 64 * 1024;
    private static readonly TimeSpan PolicyTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Inspects a domain.</summary>
    /// <param name="domain">The domain of From.</param>
    /// <param name="resolver">Where to ask. What it throws counts as a failed lookup.</param>
    /// <param name="options">What is known of the domain; null for nothing.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<DomainInspection> InspectAsync(
        DomainName domain, IDnsResolver resolver, DomainInspectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(resolver);
        options ??= new DomainInspectionOptions();
        var selectors = await SelectorsAsync(domain, options, cancellationToken).ConfigureAwait(false);
        var rates = options.History is { } history ? await history.RatesAsync(domain, cancellationToken).ConfigureAwait(false) : null;
        var rounds = new DnsRounds(resolver);
        var (answers, deep) = (rounds.Replay(), rounds.Replay(isDeep: true));
        var parts = await DomainParts.InspectAsync(domain, options, selectors, answers, deep, cancellationToken).ConfigureAwait(false);
        var unlisted = await UnlistedAsync(domain, options, deep, cancellationToken).ConfigureAwait(false);
        while (rounds.Count < MostSpfRounds && await rounds.AskAsync(isDeepOnly: rounds.Count >= MostRounds, cancellationToken).ConfigureAwait(false))
        {
            parts = await DomainParts.InspectAsync(domain, options, selectors, answers, deep, cancellationToken).ConfigureAwait(false);
            unlisted = await UnlistedAsync(domain, options, deep, cancellationToken).ConfigureAwait(false);
        }

        parts = await WithDocumentsAsync(parts, options, rounds.Asking, cancellationToken).ConfigureAwait(false);
        var guess = ProfileGuess.Of(parts, options);
        var profile = options.Profile ?? guess.Profile;
        ImmutableArray<Finding> findings =
        [
            .. new ProfileFindings(parts, profile).Collect().Concat(unlisted).Concat(Others(parts, options, rates)).OrderByDescending(static finding => finding.Severity),
        ];
        var isSender = profile == DomainProfile.Sends;
        return new DomainInspection
        {
            Domain = domain,
            Profile = profile,
            ProfileReason = options.Profile is null ? guess.Reason : null,
            Spf = parts.Spf,
            Keys = parts.Keys.Keys,
            Dmarc = parts.Dmarc,
            DmarcReach = DmarcReach.Of(parts.Dmarc.Result),
            Bimi = parts.Bimi,
            Logos = LogoDisplays.Of(parts.Bimi),
            MailHosts = parts.MailHosts,
            Addresses = parts.Addresses,
            MtaSts = parts.MtaSts,
            TlsReporting = parts.TlsReporting,
            Message = options.Message,
            Rates = rates,
            Requirements = isSender ? new RequirementMatrix(parts, MessageOf(domain, options), rates).Judge() : [],
            FeedbackLoops = isSender ? new FeedbackLoops(parts, MessageOf(domain, options), rates, options.RoleAddresses).Judge() : [],
            RoleAddresses = options.RoleAddresses,
            Findings = findings,
            Changes = await new DomainChanges(parts, findings, profile, rounds.Asking, options.TimeProvider).MakeAsync(cancellationToken).ConfigureAwait(false),
            DnsRounds = rounds.Count,
            DnsQuestions = rounds.Questions,
            HasUnknown = HasUnknown(parts, findings, rounds.HasFailures || options.Bimi.RetrieveIndicator || options.Bimi.VerifyEvidence),
        };
    }

    private static async Task<string[]> SelectorsAsync(DomainName domain, DomainInspectionOptions options, CancellationToken cancellationToken)
    {
        IEnumerable<string> used = [.. options.Selectors, .. options.Message?.SelectorsOf(domain) ?? []];
        return options.History is { } history
            ? [.. used.Concat(await history.SelectorsAsync(domain, cancellationToken).ConfigureAwait(false))]
            : [.. used];
    }

    // A question that would need a further round was not asked: that alone is no failed lookup. What is fetched is not among the rounds.
    private static bool HasUnknown(DomainParts parts, ImmutableArray<Finding> findings, bool mayFail) =>
        parts.Spf.Failure is not null || parts.Dmarc.Result.Code == DmarcResultCode.TempError || !parts.MailHosts.IsKnown
        || findings.Any(finding => finding.IsFailedLookup && (mayFail || finding.Code == FindingCode.StsPolicyUndecided));

    // A message of another domain shows nothing of this one.
    private static SampleMessage? MessageOf(DomainName domain, DomainInspectionOptions options) =>
        options.Message is { AuthorDomain: { } author } message && author.IsEqualToOrBelow(domain) ? message : null;

    // Whether SPF passes for the addresses that send.
    private static async Task<List<Finding>> UnlistedAsync(DomainName domain, DomainInspectionOptions options, IDnsResolver answers, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var address in options.Addresses)
        {
            var result = await new SpfEvaluator(answers, timeProvider: options.TimeProvider)
                .EvaluateMailFromAsync(address, options.Helo ?? domain.ToString(), $"postmaster@{domain}", cancellationToken).ConfigureAwait(false);
            if (result.Code is SpfResultCode.Fail or SpfResultCode.SoftFail or SpfResultCode.Neutral)
            {
                Add(FindingSeverity.Error, FindingCode.SpfAddressNotListed, address.ToString(), result.Code.Keyword());
            }
            else if (result.Code == SpfResultCode.TempError)
            {
                Add(FindingSeverity.Note, FindingCode.SpfAddressUndecided, address.ToString(), result.Reason);
            }
        }

        return findings;

        void Add(FindingSeverity severity, FindingCode code, params ReadOnlySpan<string> arguments) =>
            findings.Add(new Finding { Code = code, Severity = severity, Name = domain, Arguments = [.. arguments] });
    }

    // What is fetched from web servers comes last, with the answers of the rounds.
    private static async Task<DomainParts> WithDocumentsAsync(
        DomainParts parts, DomainInspectionOptions options, IDnsResolver answers, CancellationToken cancellationToken)
    {
        var sts = parts.MtaSts;
        if (sts.PolicyUri is { } uri && (options.FetchesPolicy || options.Fetch is not null))
        {
            var fetched = await (options.Fetch ?? FetchAsync)(uri, answers, cancellationToken).ConfigureAwait(false);
            sts = MtaStsReading.WithPolicy(sts, fetched, parts.Domain, parts.MailHosts);
        }

        var bimi = parts.Bimi;
        if ((options.Bimi.RetrieveIndicator || options.Bimi.VerifyEvidence) && bimi.Published.Record is not null)
        {
            bimi = await BimiInspector.InspectAsync(
                parts.Domain,
                answers,
                new BimiInspectionOptions { Selector = options.BimiSelector, Bimi = options.Bimi, TimeProvider = options.TimeProvider },
                cancellationToken).ConfigureAwait(false);
        }

        return new DomainParts
        {
            Domain = parts.Domain,
            Spf = parts.Spf,
            Keys = parts.Keys,
            Dmarc = parts.Dmarc,
            Bimi = bimi,
            MailHosts = parts.MailHosts,
            Addresses = parts.Addresses,
            MtaSts = sts,
            TlsReporting = parts.TlsReporting,
        };
    }

    // RFC 8461 section 3.3: no redirect; the host of the policy and its certificate are those of the URI. 64 KB and one minute are its advice.
    private static async Task<FetchedPolicy> FetchAsync(string uri, IDnsResolver answers, CancellationToken cancellationToken)
    {
        using var client = new GuardedWebClient(answers, MostPolicyBytes, PolicyTimeout);
        var document = await client.FetchAsync(uri, cancellationToken).ConfigureAwait(false);
        return new FetchedPolicy(document.Content.IsDefault ? null : Encoding.UTF8.GetString(document.Content.AsSpan()), document.MediaType, document.Reason, document.IsTemporary);
    }

    private static IEnumerable<Finding> Others(DomainParts parts, DomainInspectionOptions options, DomainRates? rates)
    {
        // BimiInspector has the fault in its result; only where the policy hides the result, it has a finding.
        if (parts.Bimi is { Findings.IsEmpty: true, Result: { Code: BimiResultCode.Fail } fault })
        {
            yield return Found(FindingSeverity.Error, FindingCode.BimiFault, fault.Reason ?? "the record is not valid");
        }

        // Where DMARC is not known, that has a finding of its own.
        if (parts.Bimi is { Findings.IsEmpty: true, Dmarc.Code: not DmarcResultCode.TempError, Result: { Code: BimiResultCode.TempError } unknown })
        {
            yield return Found(FindingSeverity.Note, FindingCode.BimiUndecided, unknown.Reason ?? "a lookup failed");
        }

        if (parts.Bimi.Result.MarkCertificate is { IsValid: true, NotAfter: { } end }
            && (end - options.TimeProvider.GetUtcNow()).TotalDays is var days && days < 30)
        {
            yield return Found(FindingSeverity.Warning, FindingCode.BimiCertificateEnding, Numbers.Text((int)days));
        }

        foreach (var role in options.RoleAddresses.Where(static role => role.IsAccepted != true))
        {
            yield return role.IsAccepted == false
                ? Found(FindingSeverity.Warning, FindingCode.RoleAddressRefused, role.Address, role.Reply)
                : Found(FindingSeverity.Note, FindingCode.RoleAddressUnknown, role.Address, role.Reply);
        }

        if (rates?.ComplaintPercent is >= AdvisedComplaintPercent and var percent)
        {
            yield return percent >= RequirementMatrix.MostComplaintPercent
                ? Found(FindingSeverity.Error, FindingCode.ComplaintRateHigh, RequirementMatrix.Percent(percent))
                : Found(FindingSeverity.Warning, FindingCode.ComplaintRateRising, RequirementMatrix.Percent(percent));
        }

        if (options.Message is { } message)
        {
            foreach (var finding in MessageOf(parts.Domain, options) is { } own ? own.Findings
                : [Found(FindingSeverity.Note, FindingCode.MessageOtherDomain, message.AuthorDomain?.ToString() ?? "an unusable author", parts.Domain.ToString())])
            {
                yield return finding;
            }
        }

        Finding Found(FindingSeverity severity, FindingCode code, params ReadOnlySpan<string> arguments) =>
            new() { Code = code, Severity = severity, Name = parts.Domain, Arguments = [.. arguments] };
    }
}
