using System.Net;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>
/// Checks whether a client may use the domain of its HELO or of its MAIL FROM (RFC 7208). Thread-safe; cheap to construct, but
/// parsed records are kept, so one for long is better than many.
/// </summary>
/// <example>
/// <code>
/// using System.Net;
/// using EmailAuth.Dns;
/// using EmailAuth.Spf;
///
/// var evaluator = new SpfEvaluator(new StubResolver());
/// SpfResult result = await evaluator.EvaluateMailFromAsync(IPAddress.Parse("192.0.2.1"), helo: "mail.example.com", mailFrom: "alice@example.com");
///
/// Console.WriteLine($"{result.Code}: {result.Reason}");
/// Console.WriteLine(result.Evidence); // the tree of records, terms and lookups
/// </code>
/// </example>
public sealed class SpfEvaluator
{
    // 123 by RFC 7208 section 4.6.4, and some to spare.
    private const int MinAllowance = 128;

    private readonly IDnsResolver _resolver;
    private readonly SpfOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly SpfRecordCache _cache;
    private readonly string _timeUpReason;

    /// <summary>Makes an evaluator.</summary>
    /// <param name="resolver">Where it asks.</param>
    /// <param name="options">Limits and habits, or null for the defaults.</param>
    /// <param name="timeProvider">The clock of the time limit and of the "t" macro, or null for the system's.</param>
    public SpfEvaluator(IDnsResolver resolver, SpfOptions? options = null, TimeProvider? timeProvider = null)
        : this(resolver, options, timeProvider, new SpfRecordCache())
    {
    }

    /// <summary>Makes an evaluator that shares parsed records with others.</summary>
    internal SpfEvaluator(IDnsResolver resolver, SpfOptions? options, TimeProvider? timeProvider, SpfRecordCache cache)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        _resolver = resolver;
        _options = options ?? SpfOptions.Default;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _cache = cache;
        _timeUpReason = SpfCheck.TimeUpReason(_options);
    }

    /// <summary>Checks the HELO identity (RFC 7208 section 2.3).</summary>
    /// <param name="client">The client's address; an IPv4-mapped one counts as IPv4.</param>
    /// <param name="helo">The argument of EHLO or HELO. An address literal, a single label, a malformed name or null gives none.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public ValueTask<SpfResult> EvaluateHeloAsync(IPAddress client, string? helo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return CheckHeloAsync(null, SpfIdentity.Helo, client, helo, cancellationToken);
    }

    /// <summary>Checks the MAIL FROM identity (RFC 7208 section 2.4).</summary>
    /// <param name="client">The client's address; an IPv4-mapped one counts as IPv4.</param>
    /// <param name="helo">The argument of EHLO or HELO, for macros and for a null reverse-path; or null.</param>
    /// <param name="mailFrom">
    /// The reverse-path, with or without angle brackets. Null, nothing and <c>&lt;&gt;</c> are the null reverse-path: the identity is then
    /// postmaster at the HELO host. What holds no domain gives none.
    /// </param>
    /// <param name="cancellationToken">Ends the check.</param>
    public ValueTask<SpfResult> EvaluateMailFromAsync(IPAddress client, string? helo, string? mailFrom, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return EvaluateMailFromAsync(null, client, helo, mailFrom, ReversePath.Parse(mailFrom ?? string.Empty), cancellationToken);
    }

    /// <summary>The same for a message that has a view of the DNS of its own.</summary>
    internal ValueTask<SpfResult> EvaluateHeloAsync(DnsSession session, IPAddress client, string? helo, CancellationToken cancellationToken) =>
        CheckHeloAsync(session, SpfIdentity.Helo, client, helo, cancellationToken);

    /// <inheritdoc cref="EvaluateHeloAsync(DnsSession, IPAddress, string?, CancellationToken)"/>
    internal ValueTask<SpfResult> EvaluateMailFromAsync(
        DnsSession? session, IPAddress client, string? helo, string? mailFrom, ParseResult<ReversePath> parsed, CancellationToken cancellationToken)
    {
        if (!parsed.IsSuccess)
        {
            return new ValueTask<SpfResult>(new SpfResult(
                SpfIdentity.MailFrom, client, helo, mailFrom, new SpfWhy(SpfReason.ReversePathSyntax, $"the reverse-path is malformed: {parsed.Error}")));
        }

        var path = parsed.Value;
        if (path.IsNull)
        {
            return CheckHeloAsync(session, SpfIdentity.MailFrom, client, helo, cancellationToken);
        }

        return path.Domain is null
            ? new ValueTask<SpfResult>(new SpfResult(
                SpfIdentity.MailFrom,
                client,
                helo,
                path.Address,
                new SpfWhy(SpfReason.AddressLiteral, "the reverse-path has an address literal, not a domain (RFC 7208 section 4.3)")))
            : CheckAsync(session, SpfIdentity.MailFrom, client, helo, path, path.Domain, cancellationToken);
    }

    private ValueTask<SpfResult> CheckHeloAsync(
        DnsSession? session, SpfIdentity identity, IPAddress client, string? helo, CancellationToken cancellationToken)
    {
        // RFC 7208 section 4.3: a malformed domain, a literal or a single label gives none; a zero-length label at the end is well-formed.
        var parsed = DomainName.Parse(helo.AsSpan(0, (helo?.Length ?? 0) - (helo is [.., '.'] ? 1 : 0)));
        return parsed.IsSuccess
            ? CheckAsync(session, identity, client, helo, null, parsed.Value, cancellationToken)
            : new ValueTask<SpfResult>(new SpfResult(identity, client, helo, null, new SpfWhy(SpfReason.HeloSyntax, $"the HELO name is not a domain: {parsed.Error}"))
            {
                IsNullReversePath = identity == SpfIdentity.MailFrom,
            });
    }

    private async ValueTask<SpfResult> CheckAsync(
        DnsSession? session,
        SpfIdentity identity,
        IPAddress client,
        string? helo,
        ReversePath? path,
        DomainName domain,
        CancellationToken cancellationToken)
    {
        var arguments = new CheckHostArguments(client, helo, path?.Address, path?.LocalPartLength ?? 0, domain);
        var own = session is null ? new DnsSession(_resolver, time: _timeProvider) : null;
        try
        {
            using var lookups = new SpfLookups(Begin(session ?? own!, identity), cancellationToken) { Trace = new SpfTrace(identity) };
            var check = new SpfCheck(lookups, _options, _timeProvider, _cache, arguments);
            lookups.PrefetchesFor = _options.Prefetch ? check : null;
            var verdict = await check.RunAsync().ConfigureAwait(false);
            return new SpfResult(identity, client, helo, path?.Address, domain, check, verdict)
            {
                IsNullReversePath = identity == SpfIdentity.MailFrom && path is null,
            };
        }
        finally
        {
            own?.Cancel();
        }
    }

    // RFC 7208 section 4.6.4 bounds the terms and what each may ask: the record and its explanation, the hosts of each mx, the names of the
    // client. The allowance is what the options let a check ask, and so only a net below them.
    private DnsAsker Begin(DnsSession session, SpfIdentity identity)
    {
        var most = 2 + (_options.MaxLookups * (1 + _options.MaxMailHosts)) + 1 + _options.MaxPointers;
        return session.Begin(
            identity == SpfIdentity.Helo ? DnsPurpose.SpfHelo : DnsPurpose.SpfMailFrom,
            Math.Max(MinAllowance, most),
            _options.TimeLimit,
            _timeUpReason);
    }
}
