namespace EmailAuth.Cli.Output;

/// <summary>How an outcome is shown.</summary>
internal enum OutcomeForm
{
    /// <summary>The header field; for many messages a line for each.</summary>
    Short,

    /// <summary>An explanation of each check.</summary>
    Explanation,

    Json,
}
