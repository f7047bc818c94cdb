namespace EmailAuth.Tests.Threats;

/// <summary>What a resolver may do instead of answering.</summary>
public enum Fault
{
    /// <summary>A temporary failure, as it should be told.</summary>
    Fails,

    /// <summary>No answer until the query is cancelled.</summary>
    Hangs,

    /// <summary>No answer ever, cancelled or not.</summary>
    HangsForGood,

    /// <summary>No answer until the query is cancelled, and an answer then.</summary>
    AnswersAfterCancellation,

    /// <summary>An answer that is announced twice.</summary>
    AnswersTwice,

    /// <summary>An answer that comes later and from another thread.</summary>
    AnswersLate,

    /// <summary>What stands at another name.</summary>
    AnswersForAnotherName,

    /// <summary>No response at all.</summary>
    AnswersNull,

    /// <summary>An exception from the call.</summary>
    Throws,

    /// <summary>An exception from the task.</summary>
    ThrowsLater,

    /// <summary>A cancellation that nobody asked for.</summary>
    CancelsByItself,
}
