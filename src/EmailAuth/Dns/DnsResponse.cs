using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>
/// The answer to one <see cref="DnsQuestion"/>: records, no records, or a failure. Immutable and thread-safe; many askers may share it.
/// </summary>
/// <remarks>
/// An answer is that of the end of the CNAME chain (RFC 1034 section 3.6.2); <see cref="Aliases"/> has the names of the chain. Only the list
/// of the question's type can have elements.
/// </remarks>
public sealed class DnsResponse
{
    // A string[], IPAddress[], MailHost[] or DomainName[] that nothing writes to; null without records.
    private readonly Array? _records;

    private DnsResponse(DnsStatus status, Array? records, TimeSpan? timeToLive, bool isAuthenticated, ImmutableArray<DomainName> aliases)
    {
        Status = status;
        _records = records;
        TimeToLive = timeToLive;
        IsAuthenticated = isAuthenticated;
        Aliases = aliases.IsDefault ? [] : aliases;
    }

    /// <summary>What kind of answer it is.</summary>
    public DnsStatus Status { get; }

    /// <summary>Why there is no usable answer; <see cref="DnsFailure.None"/> unless <see cref="Status"/> is <see cref="DnsStatus.Failure"/>.</summary>
    public DnsFailure Failure { get; private init; }

    /// <summary>
    /// Details of the failure, in one line; null when there is nothing to add. It appears in reasons of results, except that of a
    /// <see cref="DnsFailure.ResolverFault"/>, which may hold what an exception said and is for logs only.
    /// </summary>
    public string? Detail { get; private init; }

    /// <summary>How long the answer may be kept, or null when the source does not say. Failures are never kept.</summary>
    public TimeSpan? TimeToLive { get; }

    /// <summary>Whether the resolver vouches for the answer by DNSSEC (the AD bit, RFC 4035 section 3.2.3).</summary>
    public bool IsAuthenticated { get; }

    /// <summary>The names of the alias chain after the one asked for; the answer is that of the last one. Empty when the name is not an alias.</summary>
    public ImmutableArray<DomainName> Aliases { get; }

    /// <summary>The TXT records in the order of the answer, the character-strings of each joined without a separator; empty for other questions.</summary>
    public ImmutableArray<string> Texts => List<string>();

    /// <summary>The A or AAAA records; empty for other questions.</summary>
    public ImmutableArray<IPAddress> Addresses => List<IPAddress>();

    /// <summary>The MX records in the order of the answer; empty for other questions.</summary>
    public ImmutableArray<MailHost> MailHosts => List<MailHost>();

    /// <summary>The PTR records; empty for other questions.</summary>
    public ImmutableArray<DomainName> Names => List<DomainName>();

    /// <summary>Whether the answer is a void lookup in the sense of RFC 7208 section 4.6.4: no records of the type, or no such name.</summary>
    public bool IsVoid => Status is DnsStatus.NoData or DnsStatus.NameError;

    /// <summary>How many records there are.</summary>
    public int Count => _records?.Length ?? 0;

    /// <summary>Why there is no usable answer, as results say it in one line; null when there is one.</summary>
    public string? Reason => Failure switch
    {
        DnsFailure.None => null,
        DnsFailure.ResolverFault => "the resolver failed",
        _ when !string.IsNullOrWhiteSpace(Detail) => Detail,
        DnsFailure.Timeout => "no answer came in time",
        DnsFailure.ServerFailure => "SERVFAIL",
        DnsFailure.Refused => "REFUSED",
        DnsFailure.Malformed => "a malformed answer",
        DnsFailure.Unreachable => "no server could be reached",
        DnsFailure.LimitReached => "a limit was reached",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>TXT records; without any it is <see cref="NoData"/>.</summary>
    /// <param name="texts">The records, the character-strings of each joined.</param>
    /// <param name="timeToLive">How long the answer may be kept, or null.</param>
    /// <param name="isAuthenticated">Whether the resolver vouches for it by DNSSEC.</param>
    /// <param name="aliases">The names of the alias chain.</param>
    public static DnsResponse OfTexts(
        ImmutableArray<string> texts, TimeSpan? timeToLive = null, bool isAuthenticated = false, ImmutableArray<DomainName> aliases = default) =>
        Of(texts, timeToLive, isAuthenticated, aliases);

    /// <summary>A or AAAA records; without any it is <see cref="NoData"/>.</summary>
    /// <param name="addresses">The addresses, of the family asked for.</param>
    /// <param name="timeToLive">How long the answer may be kept, or null.</param>
    /// <param name="isAuthenticated">Whether the resolver vouches for it by DNSSEC.</param>
    /// <param name="aliases">The names of the alias chain.</param>
    public static DnsResponse OfAddresses(
        ImmutableArray<IPAddress> addresses, TimeSpan? timeToLive = null, bool isAuthenticated = false, ImmutableArray<DomainName> aliases = default) =>
        Of(addresses, timeToLive, isAuthenticated, aliases);

    /// <summary>MX records; without any it is <see cref="NoData"/>.</summary>
    /// <param name="mailHosts">The records.</param>
    /// <param name="timeToLive">How long the answer may be kept, or null.</param>
    /// <param name="isAuthenticated">Whether the resolver vouches for it by DNSSEC.</param>
    /// <param name="aliases">The names of the alias chain.</param>
    public static DnsResponse OfMailHosts(
        ImmutableArray<MailHost> mailHosts, TimeSpan? timeToLive = null, bool isAuthenticated = false, ImmutableArray<DomainName> aliases = default) =>
        Of(mailHosts, timeToLive, isAuthenticated, aliases);

    /// <summary>PTR records; without any it is <see cref="NoData"/>.</summary>
    /// <param name="names">The names.</param>
    /// <param name="timeToLive">How long the answer may be kept, or null.</param>
    /// <param name="isAuthenticated">Whether the resolver vouches for it by DNSSEC.</param>
    /// <param name="aliases">The names of the alias chain.</param>
    public static DnsResponse OfNames(
        ImmutableArray<DomainName> names, TimeSpan? timeToLive = null, bool isAuthenticated = false, ImmutableArray<DomainName> aliases = default) =>
        Of(names, timeToLive, isAuthenticated, aliases);

    /// <summary>The name exists and has no record of the type (RFC 2308 section 2.2).</summary>
    /// <param name="timeToLive">How long the answer may be kept, or null.</param>
    /// <param name="isAuthenticated">Whether the resolver vouches for it by DNSSEC.</param>
    /// <param name="aliases">The names of the alias chain.</param>
    public static DnsResponse NoData(TimeSpan? timeToLive = null, bool isAuthenticated = false, ImmutableArray<DomainName> aliases = default) =>
        new(DnsStatus.NoData, null, timeToLive, isAuthenticated, aliases);

    /// <summary>The name does not exist, nor anything below it (RFC 2308 section 2.1, RFC 8020).</summary>
    /// <param name="timeToLive">How long the answer may be kept, or null.</param>
    /// <param name="isAuthenticated">Whether the resolver vouches for it by DNSSEC.</param>
    /// <param name="aliases">The names of the alias chain; the last one is the name that does not exist.</param>
    public static DnsResponse NameError(TimeSpan? timeToLive = null, bool isAuthenticated = false, ImmutableArray<DomainName> aliases = default) =>
        new(DnsStatus.NameError, null, timeToLive, isAuthenticated, aliases);

    /// <summary>No usable answer.</summary>
    /// <param name="failure">Why; not <see cref="DnsFailure.None"/>.</param>
    /// <param name="detail">Details, in one line; or null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="failure"/> is <see cref="DnsFailure.None"/>.</exception>
    public static DnsResponse Failed(DnsFailure failure, string? detail = null)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(failure, DnsFailure.None);
        return new(DnsStatus.Failure, null, null, isAuthenticated: false, []) { Failure = failure, Detail = detail };
    }

    /// <summary>The same answer at the end of an alias chain.</summary>
    /// <param name="aliases">The names of the alias chain.</param>
    public DnsResponse WithAliases(ImmutableArray<DomainName> aliases) =>
        new(Status, _records, TimeToLive, IsAuthenticated, aliases) { Failure = Failure, Detail = Detail };

    private static DnsResponse Of<T>(ImmutableArray<T> records, TimeSpan? timeToLive, bool isAuthenticated, ImmutableArray<DomainName> aliases) =>
        records.IsDefaultOrEmpty
            ? NoData(timeToLive, isAuthenticated, aliases)
            : new(DnsStatus.Records, ImmutableCollectionsMarshal.AsArray(records), timeToLive, isAuthenticated, aliases);

    private ImmutableArray<T> List<T>() => _records is T[] records ? ImmutableCollectionsMarshal.AsImmutableArray(records) : [];
}
