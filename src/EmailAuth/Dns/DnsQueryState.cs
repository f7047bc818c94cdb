namespace EmailAuth.Dns;

/// <summary>The state of a <see cref="DnsQuery"/>.</summary>
internal enum DnsQueryState
{
    /// <summary>It waits for its turn.</summary>
    Waiting,

    /// <summary>The resolver is asked.</summary>
    Running,

    /// <summary>The answer is there.</summary>
    Answered,

    /// <summary>No asker was left, or another question needed its turn.</summary>
    GivenUp,
}
