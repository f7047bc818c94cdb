using System.Buffers;

namespace EmailAuth.Milter.Protocol;

/// <summary>A packet, or the part of a body packet that has arrived so far. Valid until the reader's buffer is advanced.</summary>
/// <param name="Command">The command byte; it need not be one that we know.</param>
/// <param name="Payload">What follows the command byte.</param>
/// <param name="IsComplete">Whether the packet ends here; only body packets come in parts.</param>
internal readonly record struct MilterPacket(MilterCommand Command, ReadOnlySequence<byte> Payload, bool IsComplete);
