namespace EmailAuth.Milter.Protocol;

/// <summary>What a connection waits for. It decides how long the connection may wait.</summary>
internal enum MilterWait
{
    /// <summary>Nothing from the MTA: the handler is at work.</summary>
    Nothing,

    /// <summary>The next packet, which comes when an SMTP client does something.</summary>
    NextPacket,

    /// <summary>The rest of a packet that has begun.</summary>
    RestOfPacket,

    /// <summary>The MTA, to read a reply.</summary>
    Reply,
}
