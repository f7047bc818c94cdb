using EmailAuth.Dns;

namespace EmailAuth.Spf;

/// <summary>Who answers what a check asks: the DNS when it evaluates, what is known by then when it prefetches.</summary>
internal abstract class SpfAnswers
{
    /// <summary>What the check did.</summary>
    public required SpfTrace Trace { get; init; }

    /// <summary>Whether the check has used up its time: no answer counts any more.</summary>
    public abstract bool IsTimeUp { get; }

    /// <summary>The answer to a question that a record, a term or an explanation needs; null when it is not known yet.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="position">What needs it.</param>
    /// <param name="isHost">Whether it is one of the hosts that a term found, and not the term's own question.</param>
    public abstract ValueTask<DnsResponse?> AskAsync(DnsQuestion question, SpfPosition position, bool isHost = false);
}
