using System.Diagnostics;

namespace EmailAuth.Policy;

/// <summary>What an exception does.</summary>
internal enum ExceptionAction
{
    /// <summary>Deliver.</summary>
    Accept,

    /// <summary>Put aside what would be refused.</summary>
    AtMostQuarantine,

    /// <summary>Refuse permanently.</summary>
    Reject,

    /// <summary>Do not count methods.</summary>
    Skip,
}

/// <summary>The words for it in the file, the log and metrics.</summary>
internal static class ExceptionActionKeyword
{
    public static string Keyword(this ExceptionAction action) => action switch
    {
        ExceptionAction.Accept => "accept",
        ExceptionAction.AtMostQuarantine => "at-most-quarantine",
        ExceptionAction.Reject => "reject",
        ExceptionAction.Skip => "skip",
        _ => throw new UnreachableException(),
    };
}
