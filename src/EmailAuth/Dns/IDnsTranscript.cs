namespace EmailAuth.Dns;

/// <summary>
/// A resolver that follows what checks make of its answers: it is told what each check decided, and may answer one check otherwise than the
/// rest. What records the DNS of a message, or replays it, implements it; other resolvers need not.
/// </summary>
/// <remarks>
/// A check decides more than a resolver answers: that a resolver threw, was silent past a limit, or was not asked as an allowance was used up.
/// Checks are named <c>spf</c>, <c>spf-helo</c>, <c>dkim</c>, <c>arc</c>, <c>dmarc</c>, <c>dmarc-identifiers</c>, <c>bimi</c>,
/// <c>client-names</c> and <c>web</c>. Both methods must be thread-safe and answer at once, without asking and without throwing: they are called
/// while a check holds its lock.
/// </remarks>
public interface IDnsTranscript : IDnsResolver
{
    /// <summary>The resolver that checks ask in place of this one. By default this one.</summary>
    IDnsResolver Source => this;

    /// <summary>What one check gets in place of what all others get; null, the default, for nothing else.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="check">The check that asks.</param>
    DnsResponse? AnswerFor(DnsQuestion question, string check) => null;

    /// <summary>Called with what a check decided. By default it does nothing.</summary>
    /// <param name="question">What was asked.</param>
    /// <param name="response">The answer that the check goes by.</param>
    /// <param name="check">The check that asked.</param>
    void OnDecided(DnsQuestion question, DnsResponse response, string check)
    {
    }
}
