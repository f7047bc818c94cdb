using System.Diagnostics;

namespace EmailAuth.Policy;

/// <summary>How an action is written, as in JSON and telemetry.</summary>
public static class DispositionActionKeyword
{
    /// <summary>The action in one word.</summary>
    /// <param name="action">The action.</param>
    public static string Keyword(this DispositionAction action) => action switch
    {
        DispositionAction.Accept => "accept",
        DispositionAction.Quarantine => "quarantine",
        DispositionAction.Reject => "reject",
        DispositionAction.TempFail => "tempfail",
        _ => throw new UnreachableException(),
    };
}
