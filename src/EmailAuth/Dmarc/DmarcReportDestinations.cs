using System.Collections.Immutable;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>
/// Decides which of the addresses that a policy names may get reports (RFC 9990 section 4): those of its own organization, and those of others
/// that publish their consent. Without that check an attacker could have reports sent to someone else. Thread-safe.
/// </summary>
/// <example>
/// <code>
/// using EmailAuth.Dmarc;
/// using EmailAuth.Dns;
/// using EmailAuth.Syntax;
///
/// var destinations = new DmarcReportDestinations(new StubResolver());
/// DomainName policyDomain = DomainName.Parse("example.com").Value!;
/// foreach (var destination in await destinations.CheckAsync(policyDomain, ["mailto:dmarc@reports.example"], DmarcReportKind.Aggregate))
/// {
///     Console.WriteLine($"{destination.Uri}: {destination.Consent}, to {string.Join(", ", destination.Mailboxes)}");
/// }
/// </code>
/// </example>
public sealed class DmarcReportDestinations
{
    /// <summary>How many URIs of a record are used, in their order; the others get nothing.</summary>
    public const int MaxUris = 10;

    private static readonly DmarcRecord Relaxed = new();

    private readonly IDnsResolver _resolver;
    private readonly DmarcOptions _options;
    private readonly DiscoveryStrategy _strategy;
    private readonly DmarcRecordCache _records = new();

    /// <summary>Makes a check.</summary>
    /// <param name="resolver">Answers the queries.</param>
    /// <param name="options">How organizational domains are found, or null for the defaults.</param>
    public DmarcReportDestinations(IDnsResolver resolver, DmarcOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        _resolver = resolver;

        // Every host is compared, and there are at most MaxUris.
        _options = (options ?? DmarcOptions.Default) with { MaxIdentifiers = MaxUris, Prefetch = false };
        _strategy = _options.NewStrategy();
    }

    /// <summary>Decides for each URI of a record.</summary>
    /// <param name="policyDomain">The domain whose record names the addresses (<see cref="DmarcResult.PolicyDomain"/>).</param>
    /// <param name="uris">The URIs of <c>rua</c> or <c>ruf</c>, in the order of the record.</param>
    /// <param name="kind">Which reports are meant.</param>
    /// <param name="cancellationToken">Ends the queries.</param>
    /// <returns>A decision for each URI, in the same order.</returns>
    public async ValueTask<ImmutableArray<DmarcReportDestination>> CheckAsync(
        DomainName policyDomain, IReadOnlyList<string> uris, DmarcReportKind kind, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policyDomain);
        ArgumentNullException.ThrowIfNull(uris);
        var session = new DnsSession(_resolver);
        try
        {
            var others = session.Begin(DnsPurpose.DmarcIdentifiers, DmarcDiscovery.IdentifierAllowance(_options) + MaxUris);
            var policy = DmarcEvaluator.BeginAuthor(session, domains: 1);
            var check = new DestinationCheck(policyDomain, kind, new DmarcDiscovery(policyDomain, _strategy, policy, others, _records, _options), others);
            var found = ImmutableArray.CreateBuilder<DmarcReportDestination>(uris.Count);
            foreach (var uri in uris)
            {
                found.Add(await check.DecideAsync(uri, found.Count < MaxUris, cancellationToken).ConfigureAwait(false));
            }

            return found.MoveToImmutable();
        }
        finally
        {
            session.Cancel();
        }
    }

    /// <summary>The check of one record's addresses.</summary>
    private sealed class DestinationCheck(DomainName policyDomain, DmarcReportKind kind, DmarcDiscovery discovery, DnsAsker consents)
    {
        private readonly Dictionary<DomainName, DmarcAlignmentOutcome> _relations = [];

        public async ValueTask<DmarcReportDestination> DecideAsync(string uri, bool isWithinLimit, CancellationToken cancellationToken)
        {
            if (!isWithinLimit || DmarcMailbox.Of(uri) is not { } mailbox)
            {
                return new() { Uri = uri, Consent = isWithinLimit ? DmarcReportConsent.NotAMailbox : DmarcReportConsent.TooMany };
            }

            var relation = await RelationAsync(mailbox.Host, cancellationToken).ConfigureAwait(false);
            return relation is DmarcAlignmentOutcome.SameDomain or DmarcAlignmentOutcome.SameOrganizationalDomain
                ? new() { Uri = uri, Consent = DmarcReportConsent.SameOrganization, Host = mailbox.Host, Mailboxes = [mailbox.Address] }
                : await AskAsync(uri, mailbox, relation == DmarcAlignmentOutcome.Unknown, cancellationToken).ConfigureAwait(false);
        }

        // Step 1: whether both have the same organizational domain, which is what relaxed alignment asks.
        private async ValueTask<DmarcAlignmentOutcome> RelationAsync(DomainName host, CancellationToken cancellationToken)
        {
            if (!_relations.TryGetValue(host, out var relation))
            {
                var selection = await discovery.SelectAsync(cancellationToken).ConfigureAwait(false);
                var alignment = new IdentifierAlignment(discovery, discovery.AuthorWalk!, selection.OrganizationalDomain, Relaxed);
                var identifier = new AuthenticatedIdentifier { Method = IdentifierSource.Dkim, Domain = host };
                relation = (await alignment.EvaluateAsync(identifier, DmarcAlignment.Authenticated, cancellationToken).ConfigureAwait(false)).Outcome;
                _relations.Add(host, relation);
            }

            return relation;
        }

        // Steps 2 to 8. Where it is not known whether the organization is the same, its consent would be enough.
        private async ValueTask<DmarcReportDestination> AskAsync(string uri, DmarcMailbox mailbox, bool mayBeSame, CancellationToken cancellationToken)
        {
            if (mailbox.Host.Prepend($"{policyDomain}._report._dmarc") is not { } name)
            {
                return new() { Uri = uri, Consent = DmarcReportConsent.NameTooLong, Host = mailbox.Host };
            }

            var response = await consents.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), cancellationToken).ConfigureAwait(false);
            var (consent, mailboxes) = Read(response, mailbox);
            var isUndecided = consent == DmarcReportConsent.Undecided || (mayBeSame && consent == DmarcReportConsent.NotConfirmed);
            return new()
            {
                Uri = uri,
                Consent = isUndecided ? DmarcReportConsent.Undecided : consent,
                Host = mailbox.Host,
                ConsentName = name,
                Mailboxes = mailboxes,
                Reason = !isUndecided
                    ? null
                    : response.Status == DnsStatus.Failure ? response.Reason : $"it is not known whether {mailbox.Host} and {policyDomain} are of one organization: a query failed",
            };
        }

        private (DmarcReportConsent Consent, ImmutableArray<string> Mailboxes) Read(DnsResponse response, DmarcMailbox mailbox)
        {
            if (response.Status == DnsStatus.Failure)
            {
                return (DmarcReportConsent.Undecided, []);
            }

            var records = response.Texts.Select(static text => DmarcRecord.Parse(text).Value).OfType<DmarcRecord>().ToArray();
            if (records.Length == 0)
            {
                return (DmarcReportConsent.NotConfirmed, []);
            }

            // Step 8: the other organization may name other mailboxes of the same host. Where it names any other host, nothing is sent to either.
            var named = records.SelectMany(record => kind == DmarcReportKind.Aggregate ? record.AggregateReportUris : record.FailureReportUris).Take(MaxUris).ToArray();
            var others = named.Select(DmarcMailbox.Of).ToArray();
            return named.Length == 0
                ? (DmarcReportConsent.Confirmed, [mailbox.Address])
                : others.All(other => other?.Host == mailbox.Host)
                    ? (DmarcReportConsent.Confirmed, [.. others.Select(static other => other!.Value.Address).Distinct(StringComparer.Ordinal)])
                    : (DmarcReportConsent.OtherHost, []);
        }
    }
}
