namespace EmailAuth.Milter.Protocol;

/// <summary>What a connection waits for, which decides how long it may.</summary>
internal enum MilterWait
{
    /// <summary>Nothing from the MTA: the handler is at work.</summary>
    Nothing,

    /// <summary>The next packet, which comes when an SMTP client does something.</summary>
    NextPacket,

    /// <summary>The rest of a packet that has begun.</summary>
    RestOfPacket,

    /// <summary>That the MTA takes a reply.</summary>
    Reply,
}
