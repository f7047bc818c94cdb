namespace EmailAuth.Cli.Output;

/// <summary>A verdict that a guessed envelope leaves open: SPF could not be checked, no DNS query failed, and the sender need not send the message again.</summary>
internal static class OpenVerdict
{
    /// <summary>The word in place of a result.</summary>
    public const string Word = "undecided";

    /// <summary>Whether the verdict on a message is open.</summary>
    public static bool Is(AuthenticationOutcome outcome) => outcome.Dmarc?.ReasonCode == "spf_not_checked";

    /// <summary>Whether a method's result is the open one.</summary>
    public static bool Is(AuthenticationOutcome outcome, string method) => method == "dmarc" && Is(outcome);
}
