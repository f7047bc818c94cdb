namespace EmailAuth.Milter.Dialogue;

/// <summary>Where a dialogue stands.</summary>
internal enum MilterPhase
{
    /// <summary>Nothing was said.</summary>
    Opened,

    /// <summary>Options are agreed on; a client is to come.</summary>
    Negotiated,

    /// <summary>A client is there, and no message.</summary>
    Connected,

    /// <summary>MAIL was said.</summary>
    Envelope,

    /// <summary>Fields come.</summary>
    Header,

    /// <summary>The header has ended.</summary>
    Body,
}
