namespace EmailAuth.Milter.Protocol;

/// <summary>What <see cref="MilterPacketReader"/> found.</summary>
internal enum MilterReadStatus
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>A packet, or a part of a body packet.</summary>
    Packet,

    /// <summary>No packet can start here: the stream cannot be read further.</summary>
    Malformed,
}
