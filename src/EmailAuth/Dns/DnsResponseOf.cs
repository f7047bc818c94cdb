using System.Collections.Immutable;

namespace EmailAuth.Dns;

/// <summary>What the DNS answered to one query. Immutable, so that one answer may serve many askers.</summary>
/// <typeparam name="T">What a record of the type asked for holds.</typeparam>
public sealed class DnsResponse<T>
{
    private DnsResponse(DnsStatus status, ImmutableArray<T> records, TimeSpan? timeToLive, bool isAuthenticated, string? reason)
    {
        Status = status;
        Records = records;
        TimeToLive = timeToLive;
        IsAuthenticated = isAuthenticated;
        Reason = reason;
    }

    /// <summary>What kind of answer it is.</summary>
    public DnsStatus Status { get; }

    /// <summary>The records, in the order of the answer; empty unless <see cref="Status"/> is <see cref="DnsStatus.Records"/>.</summary>
    public ImmutableArray<T> Records { get; }

    /// <summary>How long the answer may be kept, or null when the source does not say.</summary>
    public TimeSpan? TimeToLive { get; }

    /// <summary>Whether the resolver vouches for the answer by DNSSEC (the AD bit, RFC 4035 section 3.2.3).</summary>
    public bool IsAuthenticated { get; }

    /// <summary>Why there is no usable answer, in one line; null unless <see cref="Status"/> is <see cref="DnsStatus.Failure"/>.</summary>
    public string? Reason { get; }

    /// <summary>Whether the answer is a void lookup in the sense of RFC 7208 section 4.6.4: NODATA or NXDOMAIN.</summary>
    public bool IsVoid => Status is DnsStatus.NoData or DnsStatus.NameError;

    /// <summary>An answer with records; without any it is NODATA.</summary>
    /// <param name="records">The records.</param>
    /// <param name="timeToLive">How long the answer may be kept, or null.</param>
    /// <param name="isAuthenticated">Whether the resolver vouches for it by DNSSEC.</param>
    public static DnsResponse<T> Success(ImmutableArray<T> records, TimeSpan? timeToLive = null, bool isAuthenticated = false) =>
        records.IsDefaultOrEmpty ? NoData(timeToLive, isAuthenticated) : new(DnsStatus.Records, records, timeToLive, isAuthenticated, null);

    /// <summary>The name exists without records of the type.</summary>
    /// <param name="timeToLive">How long the answer may be kept, or null.</param>
    /// <param name="isAuthenticated">Whether the resolver vouches for it by DNSSEC.</param>
    public static DnsResponse<T> NoData(TimeSpan? timeToLive = null, bool isAuthenticated = false) =>
        new(DnsStatus.NoData, [], timeToLive, isAuthenticated, null);

    /// <summary>The name does not exist.</summary>
    /// <param name="timeToLive">How long the answer may be kept, or null.</param>
    /// <param name="isAuthenticated">Whether the resolver vouches for it by DNSSEC.</param>
    public static DnsResponse<T> NxDomain(TimeSpan? timeToLive = null, bool isAuthenticated = false) =>
        new(DnsStatus.NameError, [], timeToLive, isAuthenticated, null);

    /// <summary>No usable answer.</summary>
    /// <param name="reason">Why, in one line.</param>
    public static DnsResponse<T> TemporaryFailure(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new(DnsStatus.Failure, [], null, false, reason);
    }
}
