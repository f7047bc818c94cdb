namespace EmailAuth.Reports.Tls;

/// <summary>Sessions that failed alike (RFC 8460 section 4.4, an element of <c>failure-details</c>). Immutable.</summary>
public sealed class TlsFailure
{
    /// <summary><c>result-type</c>, such as <c>certificate-expired</c> (RFC 8460 section 4.3; the list is open); null when it is missing.</summary>
    public string? ResultType { get; init; }

    /// <summary>How many sessions.</summary>
    public long Sessions { get; init; }

    /// <summary><c>sending-mta-ip</c>; null when it is missing.</summary>
    public string? SendingMtaAddress { get; init; }

    /// <summary><c>receiving-mx-hostname</c>; null when it is missing.</summary>
    public string? ReceivingMxHostname { get; init; }

    /// <summary><c>receiving-mx-helo</c>; null when it is not said.</summary>
    public string? ReceivingMxHelo { get; init; }

    /// <summary><c>receiving-ip</c>; null when it is missing.</summary>
    public string? ReceivingAddress { get; init; }

    /// <summary><c>additional-information</c>: a URI, which is not fetched; null when it is not said.</summary>
    public string? AdditionalInformation { get; init; }

    /// <summary><c>failure-reason-code</c>; null when it is not said.</summary>
    public string? ReasonCode { get; init; }

    /// <summary>The kind and the count.</summary>
    public override string ToString() => $"{ResultType}: {Sessions}";
}
