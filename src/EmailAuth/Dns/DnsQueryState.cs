namespace EmailAuth.Dns;

/// <summary>How far a <see cref="DnsQuery"/> is.</summary>
internal enum DnsQueryState
{
    /// <summary>It waits for its turn.</summary>
    Waiting,

    /// <summary>The resolver is asked.</summary>
    Running,

    /// <summary>The answer is there.</summary>
    Answered,

    /// <summary>Nobody wanted the answer any more, or another question needed its turn.</summary>
    GivenUp,
}
