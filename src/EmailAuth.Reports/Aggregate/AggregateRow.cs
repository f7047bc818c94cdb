using System.Collections.Immutable;
using System.Net;
using EmailAuth.Dmarc;
using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Aggregate;

/// <summary>What aggregate reports say of one message that was judged: the policy that applied, and the row with a count of 1. Immutable.</summary>
/// <remarks>
/// There is a row only when one policy is known to apply and the client is known. There is no row
/// <list type="bullet">
/// <item>without a DMARC record, or with one that does not count: nobody asks for a report (RFC 9989 section 4.10.1);</item>
/// <item>without one author domain (permerror), also where the strictest of several policies was applied: the row has one <c>header_from</c>, and a
/// sender could make a domain's report speak of mail that names another domain;</item>
/// <item>when a query for the record failed, and the policy is only assumed (<see cref="DmarcResult.IsPolicyAssumed"/>): the record that was not
/// found may be another domain's;</item>
/// <item>when the message was refused for now (4xx): it was not received, and the next attempt counts;</item>
/// <item>when the client is not known, as behind a relay whose Received field cannot be read;</item>
/// <item>when the envelope is a guess (<see cref="SmtpEnvelope.IsReconstructed"/>).</item>
/// </list>
/// A message of which DMARC ended in temperror while the policy is known has a row: its failed identifiers count as not aligned, the failed method
/// says <c>temperror</c>, and a reason of the type <c>other</c> says that DMARC was not decided.
/// </remarks>
public sealed class AggregateRow
{
    private AggregateRow(PublishedPolicy policy, ImmutableArray<string> reportUris, AggregateRecord record) =>
        (Policy, ReportUris, Record) = (policy, reportUris, record);

    /// <summary>The policy that applied, with the defaults of what the record does not say.</summary>
    public PublishedPolicy Policy { get; }

    /// <summary>The valid URIs of <c>rua</c>, in the order of the record; empty when the domain asks for no report, which then must not be made.</summary>
    public ImmutableArray<string> ReportUris { get; }

    /// <summary>The row.</summary>
    public AggregateRecord Record { get; }

    /// <summary>Makes the row of a message. Pure.</summary>
    /// <param name="message">The message, with what was done to it.</param>
    /// <returns>The row; null when there is no row.</returns>
    public static AggregateRow? Of(EvaluatedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var outcome = message.Outcome;
        if (outcome.HasReconstructedEnvelope
            || outcome.Dmarc is not { AuthorDomain: { } author, PolicyDomain: { } domain, Record: { } record, IsPolicyAssumed: false } dmarc
            || dmarc.Code is DmarcResultCode.None or DmarcResultCode.PermError
            || ClientOf(message) is not { } client
            || RowDisposition.Of(message, dmarc) is not { } disposition)
        {
            return null;
        }

        return new AggregateRow(PolicyOf(domain, record, dmarc), record.AggregateReportUris, new AggregateRecord
        {
            SourceAddress = client,
            Disposition = disposition.Applied,
            Dkim = Aligned(dmarc, IdentifierSource.Dkim),
            Spf = Aligned(dmarc, IdentifierSource.Spf),
            Reasons = disposition.Reasons,
            HeaderFrom = author.ToString(),
            EnvelopeFrom = EnvelopeFrom(message.Envelope.MailFrom),
            DkimResults = RowSignatures.Of(outcome.Dkim, dmarc),
            SpfResult = SpfOf(outcome.Spf),
        });
    }

    /// <summary>The policy and the row.</summary>
    public override string ToString() => $"{Policy}; {Record}";

    // RFC 9990 section 3.1.1: the domain that was checked; for a null reverse-path that of HELO. Scope is always mfrom (section 3.1.1.13).
    private static ReportedSpf? SpfOf(SpfResult? spf) => spf?.Domain is null
        ? null
        : new ReportedSpf { Domain = spf.Domain.ToString(), Scope = "mfrom", Result = spf.Code.Keyword() };

    private static AlignedResult Aligned(DmarcResult dmarc, IdentifierSource method)
    {
        foreach (var alignment in dmarc.Alignments)
        {
            if (alignment.Counts && alignment.Identifier.Method == method)
            {
                return AlignedResult.Pass;
            }
        }

        return AlignedResult.Fail;
    }

    // The client that was judged: behind the site's own relay, the one that the relay recorded. RFC 3986: no zone, and an IPv4 address as such.
    private static string? ClientOf(EvaluatedMessage message)
    {
        var address = message.Outcome.Relay is { } relay ? relay.Address : message.Envelope.ClientAddress;
        return address is null ? null
            : address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString()
            : address is { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes()).ToString()
            : address.ToString();
    }

    // RFC 9990 section 7.2: no local part. Empty for the null reverse-path; nothing for a path without a domain.
    private static string? EnvelopeFrom(string? mailFrom) =>
        mailFrom is null || ReversePath.Parse(mailFrom).Value is not { } path ? null
        : path.Address.Length == 0 ? string.Empty
        : path.Domain?.ToString();

    // RFC 9990 Appendix A: "Unspecified tags have their default values." A record whose policy tags are not all valid counts as p=none.
    private static PublishedPolicy PolicyOf(DomainName domain, DmarcRecord record, DmarcResult dmarc)
    {
        var isValid = record.Validity == DmarcPolicyValidity.Valid;
        var policy = isValid && record.Policy is { } p ? p : DmarcPolicy.None;
        var subdomains = isValid && record.SubdomainPolicy is { } sp ? sp : policy;
        return new PublishedPolicy
        {
            Domain = domain.ToString(),
            Policy = policy,
            SubdomainPolicy = subdomains,
            NonexistentSubdomainPolicy = isValid && record.NonexistentSubdomainPolicy is { } np ? np : subdomains,
            DkimAlignment = record.DkimAlignment,
            SpfAlignment = record.SpfAlignment,
            DiscoveryMethod = dmarc.DiscoveryMethod,
            FailureOptions = Text(record.FailureOptions),
            IsTesting = record.IsTesting,
        };
    }

    private static string Text(DmarcFailureOptions options)
    {
        var text = options.HasFlag(DmarcFailureOptions.AnyFail) ? "1" : options.HasFlag(DmarcFailureOptions.AllFail) ? "0" : null;
        text = options.HasFlag(DmarcFailureOptions.Dkim) ? (text is null ? "d" : text + ":d") : text;
        return options.HasFlag(DmarcFailureOptions.Spf) ? (text is null ? "s" : text + ":s") : text!;
    }
}
