namespace EmailAuth.Dns;

/// <summary>
/// A resolver that observes what checks decide about its answers, and that may answer one check differently from the rest. A recorder or a
/// replay of a message's DNS implements it; other resolvers need not.
/// </summary>
/// <remarks>
/// A check also decides what a resolver does not answer: that it threw, was silent past a limit, or was not asked because a limit was reached.
/// Checks are named <c>spf</c>, <c>spf-helo</c>, <c>dkim</c>, <c>arc</c>, <c>dmarc</c>, <c>dmarc-identifiers</c>, <c>bimi</c>,
/// <c>client-names</c> and <c>web</c>. Both methods must be thread-safe and answer at once, without asking and without throwing: they are called
/// while a check holds its lock.
/// </remarks>
public interface IDnsTranscript : IDnsResolver
{
    /// <summary>The resolver that checks ask in place of this one. By default this one.</summary>
    IDnsResolver Source => this;

    /// <summary>The answer for one check in place of the common one; null, the default, for the common one.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="check">The check that asks.</param>
    DnsResponse? AnswerFor(DnsQuestion question, string check) => null;

    /// <summary>Called with what a check decided. By default it does nothing.</summary>
    /// <param name="question">What was asked.</param>
    /// <param name="response">The answer that the check uses.</param>
    /// <param name="check">The check that asked.</param>
    void OnDecided(DnsQuestion question, DnsResponse response, string check)
    {
    }
}
