namespace EmailAuth.Dns.Stub;

/// <summary>How one try to get an answer ended.</summary>
internal enum ExchangeEnd
{
    /// <summary>A message came that answers the question; <see cref="Exchange.Response"/> says what it holds.</summary>
    Answered,

    /// <summary>The answer was cut short (RFC 1035 section 4.1.1).</summary>
    Truncated,

    /// <summary>So many messages answered no question of ours that a forged one might succeed (RFC 5452 section 9.1).</summary>
    Suspicious,

    /// <summary>Nothing came in time.</summary>
    TimedOut,

    /// <summary>The system reports a closed port or an unreachable host.</summary>
    Unreachable,

    /// <summary>The connection was closed.</summary>
    Closed,

    /// <summary>The asker gave up.</summary>
    Canceled,
}
