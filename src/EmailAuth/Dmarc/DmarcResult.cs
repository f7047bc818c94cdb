using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EmailAuth.Results;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>What DMARC says of a message, with the evidence (RFC 9989). Immutable.</summary>
public sealed class DmarcResult : IMethodOutcome
{
    // A property for each policy, made once because every message has them.
    private static readonly PerPolicy<ResultProperty> Effective = PropertiesOf("dmarc");
    private static readonly PerPolicy<ResultProperty> Published = PropertiesOf("published-domain-policy");
    private static readonly PerPolicy<ResultProperty> Applied = PropertiesOf("applied-disposition");
    private static readonly PerPolicy<ResultProperty> Evaluated = PropertiesOf("evaluated-disposition");

    // The comment for each policy and disposition, for the same reason.
    private static readonly PerPolicy<PerPolicy<string>> Comments =
        new(policy => new(disposition => $"p={policy.Keyword()} dis={disposition.Keyword()}"));

    /// <summary>Makes a result.</summary>
    public DmarcResult()
    {
    }

    /// <summary>Copies a result, for an object initializer that changes some members.</summary>
    [SetsRequiredMembers]
    internal DmarcResult(DmarcResult other)
    {
        Code = other.Code;
        Reason = other.Reason;
        ReasonKind = other.ReasonKind;
        AuthorDomain = other.AuthorDomain;
        OrganizationalDomain = other.OrganizationalDomain;
        Discovery = other.Discovery;
        Source = other.Source;
        PolicyDomain = other.PolicyDomain;
        Record = other.Record;
        Tag = other.Tag;
        PublishedPolicy = other.PublishedPolicy;
        IsPolicyAssumed = other.IsPolicyAssumed;
        FailedQuery = other.FailedQuery;
        Override = other.Override;
        Alignments = other.Alignments;
        Walk = other.Walk;
        Lookups = other.Lookups;
        AuthorDomainExists = other.AuthorDomainExists;
        LookupCount = other.LookupCount;
    }

    /// <summary>The result.</summary>
    public required DmarcResultCode Code { get; init; }

    /// <summary>Why, in one line; null for a pass that needs no explanation.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The reason as one of the words in REASONS.md, such as <c>not_aligned</c>; <c>other</c> for a result that the caller made. Null without
    /// <see cref="Reason"/>.
    /// </summary>
    public string? ReasonCode => Reason is null ? null : ReasonKind.Keyword();

    /// <summary>The same for decisions.</summary>
    internal DmarcReason ReasonKind { get; init; }

    /// <summary>The domain of the From field; null when there is no usable one (<see cref="DmarcResultCode.PermError"/>).</summary>
    public DomainName? AuthorDomain { get; init; }

    /// <summary>The author domain's organizational domain (section 4.10.2); null when it is not known.</summary>
    public DomainName? OrganizationalDomain { get; init; }

    /// <summary>
    /// How records and organizational domains were looked for, in the words of reports (RFC 9990): <c>treewalk</c>, or <c>psl</c> with a Public
    /// Suffix List.
    /// </summary>
    public string DiscoveryMethod => Discovery.Keyword();

    /// <summary>The same for decisions.</summary>
    internal DmarcDiscoveryMethod Discovery { get; init; }

    /// <summary>Whose record applies.</summary>
    public DmarcPolicySource Source { get; init; }

    /// <summary>The domain whose record applies; null when none does.</summary>
    public DomainName? PolicyDomain { get; init; }

    /// <summary>The record that applies; null when none does.</summary>
    public DmarcRecord? Record { get; init; }

    /// <summary>
    /// Which tag of the record speaks for the author domain (RFC 9989 section 4.10.1): <c>p</c>, <c>sp</c> or <c>np</c>. When that tag is
    /// absent, the one before it in this list gives the policy.
    /// </summary>
    public string PolicyTag => Tag.Keyword();

    /// <summary>The same for decisions.</summary>
    internal DmarcPolicyTag Tag { get; init; }

    /// <summary>The policy of that tag as published; null when no record applies or the policy is not known.</summary>
    public DmarcPolicy? PublishedPolicy { get; init; }

    /// <summary>
    /// Whether a failed query leaves open if this record or this policy applies (only with <see cref="DmarcResultCode.TempError"/>).
    /// <see cref="Source"/>, <see cref="PolicyDomain"/>, <see cref="Record"/>, <see cref="PolicyTag"/> and <see cref="PublishedPolicy"/>
    /// are then the strictest that may apply of what was found, as where a query for the author domain's own record fails and a domain
    /// above asks for rejection. Use them only to decide whether to refuse the message for now: the name whose query failed may have a
    /// record that changes them.
    /// </summary>
    public bool IsPolicyAssumed { get; internal init; }

    /// <summary>
    /// What the query was for whose failure left the result undecided; none unless the result is <see cref="DmarcResultCode.TempError"/>,
    /// or <see cref="DmarcResultCode.PermError"/> for several author domains of which one could not be judged though its policy is enforced.
    /// </summary>
    internal DmarcFailedQuery FailedQuery { get; init; }

    /// <summary>The published policy, one level lower when the record is in test mode (<c>t=y</c>); null without a policy.</summary>
    public DmarcPolicy? EffectivePolicy =>
        PublishedPolicy is { } policy && Record is { IsTesting: var isTesting } ? Lowered(policy, isTesting) : PublishedPolicy;

    /// <summary>How the domain owner asks to handle the message: <see cref="EffectivePolicy"/> on a fail, else none.</summary>
    public DmarcPolicy Disposition => Code == DmarcResultCode.Fail ? EffectivePolicy ?? DmarcPolicy.None : DmarcPolicy.None;

    /// <summary>Why the receiver departs from <see cref="Disposition"/>; null when it does not. The receiver's local policy sets it.</summary>
    public DmarcOverride? Override { get; internal init; }

    /// <summary>How the message is handled: as the override says, else <see cref="Disposition"/>.</summary>
    public DmarcPolicy AppliedDisposition => Override?.Disposition ?? Disposition;

    /// <summary>
    /// How each identifier relates to the author domain: those that are authenticated, in the order given, then those that SPF or DKIM checked
    /// and did not authenticate. Empty when no record applies.
    /// </summary>
    public ImmutableArray<DmarcAlignment> Alignments { get; internal init; } = [];

    /// <summary>The walk from the author domain, step by step.</summary>
    public ImmutableArray<DmarcLookup> Walk { get; internal init; } = [];

    /// <summary>Every lookup made, those for the identifiers included, each domain once, in the order in which they were begun.</summary>
    internal ImmutableArray<DmarcLookup> Lookups { get; init; } = [];

    /// <summary>
    /// Whether the author domain exists (section 3.2.13: no NXDOMAIN); null when it was not asked, as nothing depended on it, or is
    /// not known.
    /// </summary>
    public bool? AuthorDomainExists { get; internal init; }

    /// <summary>How many DNS queries were needed, the one for the author domain's existence included. What was prefetched and not needed does not count.</summary>
    internal int LookupCount { get; init; }

    string IMethodOutcome.Name => "dmarc";

    string IMethodOutcome.Result => Code.Keyword();

    /// <summary>
    /// The result in the form of RFC 8601, with the properties that RFC 9989 section 9.1 registers (<c>header.from</c>, <c>policy.dmarc</c>)
    /// and those that other receivers use.
    /// </summary>
    public MethodResult ToMethodResult() => new()
    {
        Method = "dmarc",
        Result = Code.Keyword(),
        Reason = Code is DmarcResultCode.TempError or DmarcResultCode.PermError ? Reason : null,
        Comment = Record is null || IsPolicyAssumed ? null : Comment(Record),
        Properties = Properties(),
    };

    void IMethodOutcome.AddResultsTo(ImmutableArray<MethodResult>.Builder results) => results.Add(ToMethodResult());

    void IMethodOutcome.WriteJson(Utf8JsonWriter json) => DmarcJson.Write(json, this);

    void IMethodOutcome.WriteSummaryJson(Utf8JsonWriter json) => DmarcJson.WriteSummary(json, this);

    /// <summary>A policy, one level lower when the record is in test mode (RFC 9989 section 4.7, tag <c>t</c>).</summary>
    internal static DmarcPolicy Lowered(DmarcPolicy policy, bool isTesting) => !isTesting ? policy : policy switch
    {
        DmarcPolicy.Reject => DmarcPolicy.Quarantine,
        DmarcPolicy.Quarantine or DmarcPolicy.None => DmarcPolicy.None,
        _ => throw new UnreachableException(),
    };

    private static PerPolicy<ResultProperty> PropertiesOf(string name) => new(policy => new ResultProperty("policy", name, policy.Keyword()));

    private string Comment(DmarcRecord record)
    {
        // A record whose policy tags are not all valid counts as "p=none" as a whole.
        var isValid = record.Validity == DmarcPolicyValidity.Valid;
        var subdomain = isValid && record.SubdomainPolicy is { } sp ? " sp=" + sp.Keyword() : null;
        var nonexistent = isValid && record.NonexistentSubdomainPolicy is { } np ? " np=" + np.Keyword() : null;
        if (subdomain is null && nonexistent is null)
        {
            return Comments[record.PolicyFor(DmarcPolicyTag.Domain)][AppliedDisposition];
        }

        return $"p={record.PolicyFor(DmarcPolicyTag.Domain).Keyword()}{subdomain}{nonexistent} dis={AppliedDisposition.Keyword()}";
    }

    private ImmutableArray<ResultProperty> Properties()
    {
        if (AuthorDomain is null)
        {
            return [];
        }

        var from = new ResultProperty("header", "from", AuthorDomain.ToString());
        return PublishedPolicy is not { } published || IsPolicyAssumed
            ? [from]
            :
            [
                from,
                Effective[EffectivePolicy!.Value],
                Published[published],
                Applied[AppliedDisposition],
                Evaluated[Disposition],
            ];
    }
}
