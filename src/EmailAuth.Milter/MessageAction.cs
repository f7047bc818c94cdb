namespace EmailAuth.Milter;

/// <summary>What the service does with a message beyond writing down what it found.</summary>
internal enum MessageAction
{
    /// <summary>Nothing.</summary>
    Annotate,

    /// <summary>The MTA holds it.</summary>
    Quarantine,

    /// <summary>It is refused for good.</summary>
    Reject,

    /// <summary>It is refused for now.</summary>
    TempFail,
}
