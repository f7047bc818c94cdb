using System.Collections.Immutable;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Iprev;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Spf;

namespace EmailAuth;

/// <summary>How messages are judged. Immutable; what is out of range is refused at construction.</summary>
/// <example>
/// <code>
/// using System.Net;
/// using EmailAuth;
/// using EmailAuth.Policy;
///
/// var options = new AuthenticationOptions
/// {
///     AuthservId = "mx.example.org",
///     Methods = AuthenticationMethods.All &amp; ~AuthenticationMethods.Bimi,
///     LocalPolicy = new LocalPolicy
///     {
///         OwnNetworks = [IPNetwork.Parse("192.0.2.0/24")], // mail from here is accepted
///         OnReject = DispositionAction.Quarantine,         // where a domain owner asks for rejection
///     },
/// };
///
/// // Options do not change; others are made from them.
/// var annotating = options with { LocalPolicy = options.LocalPolicy with { MaximumAction = DispositionAction.Accept } };
/// Console.WriteLine($"{options.LocalPolicy.MaximumAction}, {annotating.LocalPolicy.MaximumAction}");
/// </code>
/// </example>
public sealed record AuthenticationOptions
{
    private readonly string _authservId = string.Empty;
    private readonly LookupLimits _lookupLimits = LookupLimits.Default;

    /// <summary>
    /// The name under which results are given, unique to the administrative domain (RFC 8601 section 2.5), such as
    /// <c>mx.example.org</c>. Arriving fields that claim it are reported for removal.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The value is empty, longer than 255 bytes, or holds white space, a control character, a quote, a parenthesis, a backslash, a semicolon, a
    /// comma or an equals sign.
    /// </exception>
    public required string AuthservId
    {
        get => _authservId;
        init
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            if (!AuthservIdForm.IsValid(value))
            {
                throw new ArgumentException($"An authserv-id is {AuthservIdForm.Expected}.", nameof(value));
            }

            _authservId = value;
        }
    }

    /// <summary>Which methods run. Default all; DMARC sees only what SPF and DKIM found, and BIMI needs DMARC.</summary>
    public AuthenticationMethods Methods { get; init; } = AuthenticationMethods.All;

    /// <summary>How much of a header block is read.</summary>
    public MessageLimits MessageLimits
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = MessageLimits.Default;

    /// <summary>The longest that one DNS lookup may take, up to an hour; past it the lookup has failed. Default 10 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or more than an hour.</exception>
    public TimeSpan LookupTimeout
    {
        get => _lookupLimits.LookupTimeout;
        init => _lookupLimits = _lookupLimits with { LookupTimeout = value };
    }

    /// <summary>
    /// The longest that one check may wait for its lookups, up to an hour; past it those that are left have failed. Default 20 seconds. The
    /// keys of DKIM, those of ARC, the author domain's policy, the identifiers' organizational domains, BIMI and the client's names have this
    /// time each; SPF has <see cref="SpfOptions.TimeLimit"/>. Time in which a check waits for no answer, as while the body arrives, does not
    /// count.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or more than an hour.</exception>
    public TimeSpan CheckTimeout
    {
        get => _lookupLimits.CheckTimeout;
        init => _lookupLimits = _lookupLimits with { CheckTimeout = value };
    }

    /// <summary>Settings of iprev.</summary>
    public IprevOptions Iprev
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = IprevOptions.Default;

    /// <summary>Settings of SPF.</summary>
    public SpfOptions Spf
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = SpfOptions.Default;

    /// <summary>Settings of DKIM.</summary>
    public DkimOptions Dkim
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = DkimOptions.Default;

    /// <summary>Settings of ARC.</summary>
    public ArcOptions Arc
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = ArcOptions.Default;

    /// <summary>Settings of DMARC.</summary>
    public DmarcOptions Dmarc
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = DmarcOptions.Default;

    /// <summary>Settings of BIMI. By default only the record is looked up.</summary>
    public BimiOptions Bimi
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = BimiOptions.Default;

    /// <summary>What this receiver decides for itself.</summary>
    public LocalPolicy LocalPolicy
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = LocalPolicy.Default;

    /// <summary>
    /// The site's own relays: a gateway, a backup MX, a provider that receives the site's mail. A message that one of them brings is judged by the
    /// client that the relay recorded in the topmost Received field (RFC 5321 section 4.4), and no field below that of the last relay is
    /// believed. Empty by default: no Received field is read then.
    /// </summary>
    /// <remarks>
    /// Name only addresses that bring nothing but mail that such a relay received for this site and wrote a Received field for. If it cannot be
    /// read, the client is not known: SPF is not checked, and a DMARC result that would be fail is temperror (<c>spf_not_checked</c>). A name costs
    /// a lookup for each client.
    /// </remarks>
    /// <exception cref="ArgumentException">A relay is null.</exception>
    public ImmutableArray<Relay> Relays
    {
        get;
        init
        {
            field = value.IsDefault ? [] : value;
            if (field.Contains(null!))
            {
                throw new ArgumentException("A relay is null.", nameof(value));
            }
        }
    } = [];

    /// <summary>
    /// Whether Received-SPF fields that arrive are reported for removal, for a receiver that adds its own (RFC 7208 section 9.1): a reader
    /// behind it treats any of them as the receiver's. Default false.
    /// </summary>
    public bool RemoveReceivedSpf { get; init; }

    /// <summary>
    /// Names of further header fields that only this receiver may write: those that arrive are reported for removal, in any form that a lenient reader
    /// treats as that name. Empty by default.
    /// </summary>
    /// <exception cref="ArgumentException">A name is empty or not a field name, as one with a colon or white space.</exception>
    public ImmutableArray<string> RemoveFields
    {
        get;
        init
        {
            field = value.IsDefault ? [] : value;
            foreach (var name in field)
            {
                // A name with a typing error would leave the forged field in the message.
                if (string.IsNullOrEmpty(name) || name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.Contains(':', StringComparison.Ordinal))
                {
                    throw new ArgumentException("Not a field name (RFC 5322 section 2.2).", nameof(value));
                }
            }
        }
    } = [];

    /// <summary>
    /// What goes into a second field of results, because existing readers do not accept it in the first. Default <see cref="ExtendedResults.Bimi"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the three.</exception>
    public ExtendedResults ExtendedResults
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Not one of the values.");
    } = ExtendedResults.Bimi;

    /// <summary>
    /// Whether observers are given a copy of each message's header fields (<see cref="Hosting.EvaluatedMessage.Header"/>), as failure reports
    /// need; at most <see cref="MessageLimits.MaxHeaderBytes"/> a message. Default false: nothing of a message is kept after it was judged.
    /// </summary>
    public bool KeepHeader { get; init; }

    /// <summary>
    /// Whether messages are counted and traced, see <see cref="Hosting.EmailAuthTelemetry"/>. Default true. False suits a pipeline that only looks for
    /// the fields that must be removed from mail that is not judged.
    /// </summary>
    public bool RecordsTelemetry { get; init; } = true;

    /// <summary>The clock: expiry of signatures, time limits, durations. Default the system's.</summary>
    public TimeProvider TimeProvider
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = TimeProvider.System;

    internal LookupLimits LookupLimits => _lookupLimits;

    /// <summary>Whether something is judged that must be hashed or verified.</summary>
    internal bool NeedsCryptography =>
        Runs(AuthenticationMethods.Dkim | AuthenticationMethods.Arc) || (Runs(AuthenticationMethods.Bimi) && (Bimi.RetrieveIndicator || Bimi.VerifyEvidence));

    internal bool Runs(AuthenticationMethods method) => (Methods & method) != AuthenticationMethods.None;
}
