namespace EmailAuth.Cli.Output;

/// <summary>How an outcome is shown.</summary>
internal enum OutcomeForm
{
    /// <summary>The answer in about six lines; for many messages a line for each.</summary>
    Brief,

    /// <summary>The answer, and an explanation of each check.</summary>
    Explanation,

    /// <summary>The Authentication-Results field alone.</summary>
    Field,

    Json,

    /// <summary>What the signatures' hashes are made over.</summary>
    Canonical,
}
