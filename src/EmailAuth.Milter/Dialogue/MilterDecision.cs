using System.Diagnostics;

namespace EmailAuth.Milter.Dialogue;

/// <summary>What is done with a message.</summary>
internal enum MilterDecision
{
    /// <summary>It is accepted.</summary>
    Accept,

    /// <summary>It is held by the MTA until a person decides.</summary>
    Quarantine,

    /// <summary>It is refused for good (5yz).</summary>
    Reject,

    /// <summary>It is refused for now (4yz).</summary>
    TemporaryFailure,
}

/// <summary>The words for decisions in log and metrics.</summary>
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
