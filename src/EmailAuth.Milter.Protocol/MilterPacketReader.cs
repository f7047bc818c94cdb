using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace EmailAuth.Milter.Protocol;

/// <summary>
/// Cuts a stream into packets: four bytes of length (big-endian, the command byte included), the command byte, the payload.
/// Body packets are handed on as they come, so that no body is ever held.
/// </summary>
internal sealed class MilterPacketReader(int maxPacketBytes)
{
    private const int LengthBytes = 4;

    private int _maxPacketBytes = maxPacketBytes;
    private long _bodyLeft;

    /// <summary>Why the stream cannot be read further; null while it can.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether a packet has begun and not ended: its rest must come now, without waiting for the client.</summary>
    public bool IsInsidePacket { get; private set; }

    /// <summary>How many packets have ended.</summary>
    public long PacketsRead { get; private set; }

    /// <summary>Begins another stream; nothing of the earlier one is kept.</summary>
    public void Begin(int maxBytes)
    {
        _maxPacketBytes = maxBytes;
        _bodyLeft = 0;
        Error = null;
        IsInsidePacket = false;
        PacketsRead = 0;
    }

    /// <summary>Takes the next packet off the front of a buffer.</summary>
    /// <param name="buffer">What was received; loses what is read.</param>
    /// <param name="packet">The packet.</param>
    public MilterReadStatus Read(ref ReadOnlySequence<byte> buffer, out MilterPacket packet)
    {
        packet = default;
        if (_bodyLeft > 0)
        {
            return ReadBodyPart(ref buffer, out packet);
        }

        IsInsidePacket = !buffer.IsEmpty;
        if (buffer.Length < LengthBytes)
        {
            return MilterReadStatus.Incomplete;
        }

        Span<byte> prefix = stackalloc byte[LengthBytes];
        buffer.Slice(0, LengthBytes).CopyTo(prefix);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix);
        if (length == 0 || length > _maxPacketBytes)
        {
            Error = length == 0
                ? "a packet of length 0: a packet has at least its command byte"
                : string.Create(
                    CultureInfo.InvariantCulture, $"a packet of {length} bytes: more than MaxPacketBytes allows ({_maxPacketBytes})");
            return MilterReadStatus.Malformed;
        }

        if (buffer.Length <= LengthBytes)
        {
            return MilterReadStatus.Incomplete;
        }

        var command = (MilterCommand)buffer.Slice(LengthBytes).FirstSpan[0];
        if (command == MilterCommand.Body && length > 1)
        {
            buffer = buffer.Slice(LengthBytes + 1);
            _bodyLeft = length - 1;
            return ReadBodyPart(ref buffer, out packet);
        }

        if (buffer.Length < LengthBytes + length)
        {
            return MilterReadStatus.Incomplete;
        }

        packet = new MilterPacket(command, buffer.Slice(LengthBytes + 1, length - 1), IsComplete: true);
        buffer = buffer.Slice(LengthBytes + length);
        IsInsidePacket = false;
        PacketsRead++;
        return MilterReadStatus.Packet;
    }

    private MilterReadStatus ReadBodyPart(ref ReadOnlySequence<byte> buffer, out MilterPacket packet)
    {
        packet = default;
        IsInsidePacket = true;
        if (buffer.IsEmpty)
        {
            return MilterReadStatus.Incomplete;
        }

        var part = buffer.Slice(0, Math.Min(_bodyLeft, buffer.Length));
        _bodyLeft -= part.Length;
        buffer = buffer.Slice(part.Length);
        IsInsidePacket = _bodyLeft > 0;
        PacketsRead += IsInsidePacket ? 0 : 1;
        packet = new MilterPacket(MilterCommand.Body, part, _bodyLeft == 0);
        return MilterReadStatus.Packet;
    }
}
