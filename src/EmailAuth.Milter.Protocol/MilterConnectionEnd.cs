namespace EmailAuth.Milter.Protocol;

/// <summary>How a connection ended.</summary>
public enum MilterConnectionEnd
{
    /// <summary>The MTA said that it has finished.</summary>
    Quit,

    /// <summary>The MTA closed the connection between messages, without QUIT.</summary>
    Closed,

    /// <summary>The connection ended within a message or a packet, or the transport failed.</summary>
    Lost,

    /// <summary>The MTA was silent, or did not take a reply, for longer than the options allow.</summary>
    TimedOut,

    /// <summary>The milter is stopping, and no message was in progress.</summary>
    Stopped,

    /// <summary>Bad input: a packet of length 0, or longer than <see cref="MilterConnectionOptions.MaxPacketBytes"/>.</summary>
    InvalidPacketLength,

    /// <summary>Bad input: a packet whose parts cannot be read.</summary>
    MalformedPacket,

    /// <summary>Bad input: a command that the protocol does not have.</summary>
    UnknownCommand,

    /// <summary>Bad input: a command that cannot come at this point of the dialogue.</summary>
    UnexpectedCommand,

    /// <summary>The MTA speaks a version of the protocol that is older than 2.</summary>
    UnsupportedVersion,

    /// <summary>The MTA does not offer all of <see cref="MilterConnectionOptions.RequiredActions"/>.</summary>
    ActionNotOffered,
}
