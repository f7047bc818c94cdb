using System.Diagnostics;

namespace EmailAuth.Cli.Nats;

/// <summary>What a worker did with a delivered message.</summary>
internal enum WorkOutcome
{
    /// <summary>It stored the result.</summary>
    Result,

    /// <summary>The message had a result: it was delivered again, or submitted twice.</summary>
    Known,

    /// <summary>It gave the message up, and said why.</summary>
    DeadLetter,

    /// <summary>It returned the message after an internal error.</summary>
    Returned,
}

/// <summary>The words for the outcomes.</summary>
internal static class WorkOutcomeKeyword
{
    public static string Keyword(this WorkOutcome outcome) => outcome switch
    {
        WorkOutcome.Result => "result",
        WorkOutcome.Known => "known",
        WorkOutcome.DeadLetter => "dead_letter",
        WorkOutcome.Returned => "returned",
        _ => throw new UnreachableException(),
    };
}
