using System.Collections.Immutable;

namespace EmailAuth.Reports.Tls;

/// <summary>One policy of a TLS report with what came of it (RFC 8460 section 4.4, an element of <c>policies</c>). Immutable.</summary>
public sealed class TlsPolicyResult
{
    /// <summary>The kind of policy.</summary>
    public TlsPolicyType Type { get; init; }

    /// <summary><c>policy-type</c> as it is written; null when it is missing.</summary>
    public string? TypeText { get; init; }

    /// <summary><c>policy-string</c>: a TLSA record each, or a line of the MTA-STS policy each, with its faults.</summary>
    public ImmutableArray<string> PolicyLines { get; init; } = [];

    /// <summary><c>policy-domain</c>; null when it is missing.</summary>
    public string? Domain { get; init; }

    /// <summary><c>mx-host</c>: the patterns of the policy.</summary>
    public ImmutableArray<string> MxHosts { get; init; } = [];

    /// <summary><c>total-successful-session-count</c>: sessions, not messages.</summary>
    public long SuccessfulSessions { get; init; }

    /// <summary><c>total-failure-session-count</c>: sessions, not messages.</summary>
    public long FailedSessions { get; init; }

    /// <summary>
    /// <c>failure-details</c>. One session may be in several of them, so that their counts together may exceed <see cref="FailedSessions"/>.
    /// </summary>
    public ImmutableArray<TlsFailure> Failures { get; init; } = [];

    /// <summary>The policy, its domain and the counts.</summary>
    public override string ToString() => $"{TypeText} {Domain}: {SuccessfulSessions} successful, {FailedSessions} failed";
}
