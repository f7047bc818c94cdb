namespace EmailAuth.Dns;

/// <summary>Why a question got no usable answer. Each of them is temporary for the check that asked: asking later may help.</summary>
public enum DnsFailure
{
    /// <summary>There is an answer: records, no record of the type, or no such name.</summary>
    None,

    /// <summary>No answer came in time.</summary>
    Timeout,

    /// <summary>The server failed (SERVFAIL, RFC 1035 section 4.1.1), or answered with another error of its own.</summary>
    ServerFailure,

    /// <summary>The server refuses our questions (REFUSED, RFC 1035 section 4.1.1).</summary>
    Refused,

    /// <summary>The answer is malformed, does not answer the question, or has an endless or overlong chain of aliases.</summary>
    Malformed,

    /// <summary>No server could be reached: no route, a closed port, a connection that was closed.</summary>
    Unreachable,

    /// <summary>The question was not asked, or its answer not awaited, because a limit of the check was reached.</summary>
    LimitReached,

    /// <summary>The resolver broke its contract: it threw, or returned nothing.</summary>
    ResolverFault,
}
