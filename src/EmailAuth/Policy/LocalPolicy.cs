using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Syntax;

namespace EmailAuth.Policy;

/// <summary>
/// What the receiver decides itself, against or beyond what domain owners ask for (RFC 9989 section 5.4). Each decision that changes
/// a disposition is recorded with the reason names of RFC 9990. By default nothing is trusted.
/// </summary>
public sealed record LocalPolicy
{
    private readonly DispositionAction? _onUndecided;

    /// <summary>The defaults.</summary>
    public static LocalPolicy Default { get; } = new();

    /// <summary>Networks whose clients forward mail for the receiver's users: <c>trusted_forwarder</c>.</summary>
    public ImmutableArray<IPNetwork> Forwarders
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>Domains that forward mail for the receiver's users; they count when SPF or DKIM authenticated them: <c>trusted_forwarder</c>.</summary>
    public ImmutableHashSet<DomainName> ForwarderDomains
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = [];

    /// <summary>Mailing lists' domains; they count when SPF or DKIM authenticated them: <c>mailing_list</c>.</summary>
    public ImmutableHashSet<DomainName> MailingLists
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = [];

    /// <summary>
    /// Domains whose ARC seals the receiver trusts (RFC 8617 section 7.2): <c>local_policy</c>. Of the trusted sets that follow each other up
    /// to the newest, one must say that DMARC passed with the author domain as <c>header.from</c>, and the DMARC results of newer sets must
    /// be about the same author domain: fail, none or temperror, as after a list that changes messages. Their message signatures must cover
    /// From and the whole body. Results that they sealed under our name stay in the message: <c>AuthenticationOutcome.FieldsToRemove</c> does not list them.
    /// </summary>
    public ImmutableHashSet<DomainName> TrustedSealers
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = [];

    /// <summary>Our own networks: mail from there is accepted whatever the checks say (<c>local_policy</c>). Empty by default.</summary>
    public ImmutableArray<IPNetwork> OwnNetworks
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>Whether a message of a client that proved itself by SMTP AUTH is accepted whatever the checks say. Default true.</summary>
    public bool AcceptAuthenticatedSubmissions { get; init; } = true;

    /// <summary>
    /// The strongest action, whatever the reason; a stronger one is lowered to it, but tempfail stays. Default reject. RFC 9989
    /// section 7.4 asks a receiver that knows nothing else about the mail not to go further than quarantine. With reject, a message whose
    /// header exceeds <see cref="Messages.MessageLimits"/> is rejected, too: forged results may follow.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not an action.</exception>
    public DispositionAction MaximumAction
    {
        get;
        init => field = Defined(value);
    } = DispositionAction.Reject;

    /// <summary>
    /// The action for a message that fails DMARC and whose domain owner asks for rejection. Default reject. The result reports what is applied:
    /// with accept, it says <c>dis=none</c>, and the override is recorded.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not an action.</exception>
    public DispositionAction OnReject
    {
        get;
        init => field = Defined(value);
    } = DispositionAction.Reject;

    /// <summary>The action for a message that fails DMARC and whose domain owner asks for quarantine. Default quarantine.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not an action.</exception>
    public DispositionAction OnQuarantine
    {
        get;
        init => field = Defined(value);
    } = DispositionAction.Quarantine;

    /// <summary>
    /// The action for a message whose author domain is not known (DMARC permerror): no From field or several, a malformed one, addresses of
    /// several domains. Default null: the stronger of <see cref="OnReject"/> and <see cref="OnQuarantine"/>, since a sender whose forged From
    /// is refused could otherwise send two.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not an action.</exception>
    public DispositionAction? OnUnusableAuthor
    {
        get;
        init => field = value is { } action ? Defined(action) : null;
    }

    /// <summary>
    /// The action for a message of which DMARC ends in temperror while a known policy asks for quarantine or rejection: that of the record
    /// that applies, or, where a query for the author domain's own record fails, that of a domain above. Accept or tempfail. Default null:
    /// tempfail when <see cref="OnReject"/> or <see cref="OnQuarantine"/>, as <see cref="MaximumAction"/> allows, is not accept, as a
    /// sender can choose a domain whose servers are broken; else as <see cref="OnTemporaryError"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The action is quarantine or reject.</exception>
    public DispositionAction? OnUndecided
    {
        get => _onUndecided;
        init => _onUndecided = value is null or DispositionAction.Accept or DispositionAction.TempFail
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A message that may pass later is accepted or refused for now.");
    }

    /// <summary>The action for any other message of which DMARC ends in temperror: no policy is known to ask for anything. Default accept.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not an action.</exception>
    public DispositionAction OnTemporaryError
    {
        get;
        init => field = Defined(value);
    } = DispositionAction.Accept;

    /// <summary>
    /// Whether a message whose From names several domains is handled by the strictest policy that any of them asks for (RFC 9989 section
    /// 5.3.1), before <see cref="OnUnusableAuthor"/>; the stronger of the two actions is taken. The result stays permerror; the departure is
    /// recorded (<c>local_policy</c>). With 16 domains, or more than the message's limit of lookups allows, one of them counts as asking
    /// for rejection. Default false.
    /// </summary>
    public bool ApplyStrictestAuthorPolicy { get; init; }

    /// <summary>
    /// Whether a DKIM signature that leaves part of the body unsigned (<c>l=</c>, RFC 6376 section 8.2) passes and gives DMARC an identifier.
    /// Default false: its result is policy, whatever <see cref="Signatures.SignatureOptions.AcceptPartialBody"/> says.
    /// </summary>
    public bool AcceptPartialSignatures { get; init; }

    /// <summary>Exceptions from this policy, where <see cref="ExceptionsFile"/> is null. Default none.</summary>
    public PolicyExceptions Exceptions
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = PolicyExceptions.None;

    /// <summary>The file of exceptions, which is read again when it changes; null for <see cref="Exceptions"/>.</summary>
    public PolicyExceptionsFile? ExceptionsFile { get; init; }

    /// <summary>
    /// Settings of DKIM under this policy. RFC 8601 section 2.7.1: when local policy does not accept a valid signature, the result is
    /// dkim=policy, so that readers of the result see why DMARC did not count it.
    /// </summary>
    internal DkimOptions Limit(DkimOptions dkim) =>
        AcceptPartialSignatures || !dkim.AcceptPartialBody ? dkim : dkim with { AcceptPartialBody = false };

    /// <summary>The action for what a domain owner asks for.</summary>
    internal DispositionAction ActionFor(DmarcPolicy asked) => asked switch
    {
        DmarcPolicy.Reject => Limited(OnReject),
        DmarcPolicy.Quarantine => Limited(OnQuarantine),
        DmarcPolicy.None => DispositionAction.Accept,
        _ => throw new UnreachableException(),
    };

    internal DispositionAction ActionOnUnusableAuthor => OnUnusableAuthor is { } action
        ? Limited(action)
        : Stronger(ActionFor(DmarcPolicy.Reject), ActionFor(DmarcPolicy.Quarantine));

    internal DispositionAction ActionOnUndecided => OnUndecided
        ?? (ActionFor(DmarcPolicy.Reject) != DispositionAction.Accept || ActionFor(DmarcPolicy.Quarantine) != DispositionAction.Accept
            ? DispositionAction.TempFail
            : OnTemporaryError);

    /// <summary>An action, or <see cref="MaximumAction"/> where that is weaker. A temporary refusal stays: the message may come again.</summary>
    internal DispositionAction Limited(DispositionAction action) =>
        action != DispositionAction.TempFail && Stronger(action, MaximumAction) == action ? MaximumAction : action;

    /// <summary>The stronger of two actions: a permanent refusal is stronger than a temporary one.</summary>
    internal static DispositionAction Stronger(DispositionAction one, DispositionAction other) => Strength(one) >= Strength(other) ? one : other;

    private static DispositionAction Defined(DispositionAction value) =>
        Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Not an action.");

    private static int Strength(DispositionAction action) => action switch
    {
        DispositionAction.Accept => 0,
        DispositionAction.Quarantine => 1,
        DispositionAction.TempFail => 2,
        DispositionAction.Reject => 3,
        _ => throw new UnreachableException(),
    };
}
