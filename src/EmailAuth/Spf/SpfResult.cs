using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using EmailAuth.Results;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>What SPF says of one identity (RFC 7208 section 2.6), and why. Immutable.</summary>
public sealed class SpfResult : IMethodOutcome
{
    private readonly string? _address;
    private readonly string? _reason;
    private readonly SpfReason _reasonKind;
    private readonly SpfTrace? _trace;
    private readonly short _decidingStep;
    private SpfEvidence? _evidence;

    /// <summary>Makes a result from its parts.</summary>
    public SpfResult()
    {
    }

    /// <summary>The result of an identity that holds no domain to check.</summary>
    [SetsRequiredMembers]
    internal SpfResult(SpfIdentity identity, IPAddress? client, string? helo, string? address, SpfWhy? why)
    {
        Code = SpfResultCode.None;
        Identity = identity;
        Client = client;
        Helo = helo;
        _address = address;
        Reason = why?.Text!;
        _reasonKind = why?.Reason ?? SpfReason.Other;
    }

    /// <summary>The result for a message whose client is not known.</summary>
    internal static SpfResult WithoutClient(string? helo, string? mailFrom) =>
        new(SpfIdentity.MailFrom, null, helo, mailFrom, new SpfWhy(SpfReason.NoClient, "no client address was given: there is nothing to check (RFC 7208 section 4.1)"))
        {
            IsNullReversePath = mailFrom is null or "" or "<>",
        };

    /// <summary>The result of a check.</summary>
    [SetsRequiredMembers]
    internal SpfResult(SpfIdentity identity, IPAddress client, string? helo, string? address, DomainName domain, SpfCheck check, CheckHostResult verdict)
        : this(identity, client, helo, address, check.Why)
    {
        Code = verdict.Code;
        Domain = domain;
        MatchedMechanism = verdict.Mechanism;
        Explanation = check.Explanation;
        LookupCount = check.TermLookups;
        VoidLookupCount = check.VoidLookups;
        _decidingStep = verdict.Step;
        Elapsed = check.Elapsed;
        _trace = check.Trace;
    }

    /// <summary>The result.</summary>
    public required SpfResultCode Code { get; init; }

    /// <summary>Which identity was checked.</summary>
    public SpfIdentity Identity { get; init; }

    /// <summary>
    /// Whether the reverse-path was null, as a bounce's is: the MAIL FROM identity is then postmaster at the HELO host
    /// (RFC 7208 section 2.4). Always false for <see cref="SpfIdentity.Helo"/>.
    /// </summary>
    internal bool IsNullReversePath { get; init; }

    /// <summary>The domain that was checked, or null when the identity holds none.</summary>
    public DomainName? Domain { get; init; }

    /// <summary>The mailbox that was checked; for a HELO identity postmaster at that host. It is what the client said, unchanged.</summary>
    public string Sender
    {
        get => _address ?? $"postmaster@{Helo}";
        init => _address = value;
    }

    /// <summary>The client's address; null when it was not known, and nothing could be checked.</summary>
    public IPAddress? Client { get; init; }

    /// <summary>The host name of EHLO or HELO, or null. It is what the client said, unchanged.</summary>
    public string? Helo { get; init; }

    /// <summary>The mechanism that matched, in the record of the domain or of the domain it redirects to; null when no mechanism matched.</summary>
    public SpfMechanism? MatchedMechanism { get; internal init; }

    /// <summary>
    /// What the domain says to the sender on <see cref="SpfResultCode.Fail"/> (RFC 7208 section 6.2): visible US-ASCII and spaces, written
    /// by the domain owner. Null without an explanation, or when it cannot be looked up.
    /// </summary>
    public string? Explanation { get; init; }

    /// <summary>How many terms were evaluated that ask the DNS, of the <see cref="SpfOptions.MaxLookups"/> that may (RFC 7208 section 4.6.4).</summary>
    public int LookupCount { get; internal init; }

    /// <summary>How many of those terms found nothing, of the <see cref="SpfOptions.MaxVoidLookups"/> that may (RFC 7208 section 4.6.4).</summary>
    public int VoidLookupCount { get; internal init; }

    /// <summary>Why, in one line: the record, the term and the section of RFC 7208.</summary>
    public required string Reason
    {
        get => _reason ?? DescribeMatch();
        init => _reason = value;
    }

    /// <summary>The reason as one of the words in REASONS.md, such as <c>lookup_limit</c>; <c>other</c> for a result that the caller made.</summary>
    public string ReasonCode => (_reason is not null ? _reasonKind : MatchedMechanism is null ? SpfReason.NoMatch : SpfReason.Match).Keyword();

    /// <summary>How long the check took.</summary>
    internal TimeSpan Elapsed { get; init; }

    /// <summary>How the records were evaluated, term by term, with every lookup; null when there was no domain to check.</summary>
    public SpfEvidence? Evidence
    {
        get => _evidence ??= _trace is null ? null : new SpfEvidenceReader(_trace).Read();
        internal init => _evidence = value;
    }

    string IMethodOutcome.Name => Identity == SpfIdentity.Helo ? "spf_helo" : "spf";

    string IMethodOutcome.Method => "spf";


    string IMethodOutcome.Result => Code.Keyword();

    /// <summary>The result in the terms of RFC 8601 section 2.7.2. With a null reverse-path it speaks of <c>smtp.helo</c>.</summary>
    public MethodResult ToMethodResult() => new()
    {
        Method = "spf",
        Result = Code.Keyword(),
        Reason = Code is SpfResultCode.Pass ? null : Reason,
        Properties = Properties(),
    };

    void IMethodOutcome.AddResultsTo(ImmutableArray<MethodResult>.Builder results) => results.Add(ToMethodResult());

    void IMethodOutcome.WriteJson(Utf8JsonWriter json) => SpfJson.Write(json, this);

    void IMethodOutcome.WriteSummaryJson(Utf8JsonWriter json) => SpfJson.WriteSummary(json, this);

    /// <summary>The identity, the result and the reason in one line.</summary>
    public override string ToString() => $"spf={Code.Keyword()} ({Sender}): {Reason}";

    // The domain whose record decided, which after a redirect is not the domain that was checked.
    private DomainName DecidingDomain => _trace!.Record(_decidingStep).Domain;

    private ImmutableArray<ResultProperty> Properties()
    {
        if (Identity == SpfIdentity.MailFrom && !IsNullReversePath)
        {
            return [new ResultProperty("smtp", "mailfrom", Sender)];
        }

        return Helo is null ? [] : [new ResultProperty("smtp", "helo", Helo)];
    }

    private string DescribeMatch()
    {
        if (MatchedMechanism is null)
        {
            return $"no term of {DecidingDomain} matches (RFC 7208 section 4.7)";
        }

        // The mechanism that matched in the record of an include says more than the include itself.
        var (domain, mechanism) = _trace!.MatchBelow(_decidingStep);
        return mechanism is null || ReferenceEquals(mechanism, MatchedMechanism)
            ? $"{MatchedMechanism} of {DecidingDomain} matches (RFC 7208 section {MatchedMechanism.Section})"
            : $"{MatchedMechanism} of {DecidingDomain} matches by {mechanism} of {domain} (RFC 7208 section {MatchedMechanism.Section})";
    }
}
