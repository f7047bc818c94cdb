namespace EmailAuth.Milter.Dialogue;

/// <summary>What the connection does after a packet.</summary>
internal enum DialogueAction
{
    /// <summary>Reads on.</summary>
    Continue,

    /// <summary>Waits for the verdict and answers with it.</summary>
    EndOfMessage,

    /// <summary>Closes: the MTA has finished.</summary>
    Close,

    /// <summary>Closes: the MTA broke the protocol.</summary>
    Violation,
}
