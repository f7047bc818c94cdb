using System.Diagnostics;

namespace EmailAuth.Milter.Dialogue;

/// <summary>Whether a message is taken.</summary>
internal enum MilterDecision
{
    /// <summary>It goes on its way.</summary>
    Accept,

    /// <summary>It is held by the MTA until a person decides.</summary>
    Quarantine,

    /// <summary>It is refused for good (5yz).</summary>
    Reject,

    /// <summary>It is refused for now (4yz).</summary>
    TemporaryFailure,
}

/// <summary>The words for decisions, as log and metrics write them.</summary>
internal static class MilterDecisionKeyword
{
    public static string Keyword(this MilterDecision decision) => decision switch
    {
        MilterDecision.Accept => "accept",
        MilterDecision.Quarantine => "quarantine",
        MilterDecision.Reject => "reject",
        MilterDecision.TemporaryFailure => "tempfail",
        _ => throw new UnreachableException(),
    };
}
