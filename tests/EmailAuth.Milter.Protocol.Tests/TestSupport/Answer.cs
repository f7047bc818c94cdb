using System.Buffers.Binary;
using System.Text;

namespace EmailAuth.Milter.Protocol.Tests.TestSupport;

/// <summary>A packet that the milter wrote.</summary>
internal sealed record Answer(byte Code, byte[] Payload)
{
    public MilterReply Reply => (MilterReply)Code;

    /// <summary>The payload with NUL shown as a bar, numbers before it excluded.</summary>
    public string Text => Encoding.UTF8.GetString(Code is (byte)'i' or (byte)'m' ? Payload.AsSpan(4) : Payload).Replace('\0', '|');

    public int Index => BinaryPrimitives.ReadInt32BigEndian(Payload);

    public uint UInt32(int position) => BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(position));

    public static List<Answer> ReadAll(ReadOnlySpan<byte> bytes)
    {
        var answers = new List<Answer>();
        while (!bytes.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
            answers.Add(new Answer(bytes[4], bytes.Slice(5, length - 1).ToArray()));
            bytes = bytes[(4 + length)..];
        }

        return answers;
    }
}
