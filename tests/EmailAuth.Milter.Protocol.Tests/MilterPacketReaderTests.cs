using System.Buffers;
using EmailAuth.Milter.Protocol.Tests.TestSupport;
using FsCheck.Xunit;

namespace EmailAuth.Milter.Protocol.Tests;

public sealed class MilterPacketReaderTests
{
    private const int Limit = 100_000;

    [Fact]
    public void A_packet_is_its_length_its_command_and_its_payload()
    {
        var reader = new MilterPacketReader(Limit);
        var buffer = new ReadOnlySequence<byte>([0, 0, 0, 4, (byte)'H', (byte)'a', (byte)'b', 0, 99]);

        Assert.Equal(MilterReadStatus.Packet, reader.Read(ref buffer, out var packet));

        Assert.Equal(MilterCommand.Helo, packet.Command);
        Assert.Equal("ab\0"u8, packet.Payload.ToArray());
        Assert.Equal([99], buffer.ToArray());
    }

    [Theory]
    [InlineData(0u, "length 0")] // would be a packet without a command
    [InlineData(100_001u, "MaxPacketBytes")] // one past the limit
    [InlineData(0x8000_0000u, "MaxPacketBytes")] // negative in a signed reading
    [InlineData(uint.MaxValue, "MaxPacketBytes")] // 4 GB
    public void A_length_that_no_packet_can_have_loses_the_stream(uint length, string reason)
    {
        var reader = new MilterPacketReader(Limit);
        var buffer = new ReadOnlySequence<byte>([(byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, (byte)'B', 1]);

        Assert.Equal(MilterReadStatus.Malformed, reader.Read(ref buffer, out _));
        Assert.Contains(reason, reader.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_packet_that_is_allowed_is_read()
    {
        var reader = new MilterPacketReader(Limit);
        var buffer = new ReadOnlySequence<byte>(Packets.Of(MilterCommand.Header, new byte[Limit - 1]));

        Assert.Equal(MilterReadStatus.Packet, reader.Read(ref buffer, out var packet));
        Assert.Equal(Limit - 1, packet.Payload.Length);
    }

    [Fact]
    public void A_body_packet_is_passed_on_before_it_has_ended()
    {
        var reader = new MilterPacketReader(Limit);
        var whole = Packets.Body("0123456789");

        var first = new ReadOnlySequence<byte>(whole.AsMemory(0, 9));
        Assert.Equal(MilterReadStatus.Packet, reader.Read(ref first, out var part));
        Assert.Equal("0123"u8, part.Payload.ToArray());
        Assert.False(part.IsComplete);
        Assert.True(reader.IsInsidePacket);

        var second = new ReadOnlySequence<byte>(whole.AsMemory(9));
        Assert.Equal(MilterReadStatus.Packet, reader.Read(ref second, out part));
        Assert.Equal("456789"u8, part.Payload.ToArray());
        Assert.True(part.IsComplete);
        Assert.False(reader.IsInsidePacket);
        Assert.Equal(1, reader.PacketsRead);
    }

    [Property(MaxTest = 200)]
    public void Where_the_stream_is_cut_never_matters(byte[] cuts, ushort size)
    {
        var stream = Packets.Dialogue().Append(Packets.Of(MilterCommand.Body, new byte[size])).SelectMany(p => p).ToArray();

        Assert.Equal(Read(stream, []), Read(stream, cuts));
    }

    // Cuts the stream into pieces, keeps what is not read, and joins body parts.
    private static List<string> Read(byte[] stream, byte[] cuts)
    {
        var reader = new MilterPacketReader(Limit);
        var packets = new List<string>();
        var kept = Array.Empty<byte>();
        var body = string.Empty;
        var turn = 0;
        for (var at = 0; at < stream.Length;)
        {
            var length = cuts.Length == 0 ? stream.Length : Math.Min((cuts[turn++ % cuts.Length] % 40) + 1, stream.Length - at);
            kept = [.. kept, .. stream.AsSpan(at, length)];
            at += length;
            var buffer = new ReadOnlySequence<byte>(kept);
            while (reader.Read(ref buffer, out var packet) == MilterReadStatus.Packet)
            {
                var payload = Convert.ToHexString(packet.Payload.ToArray());
                if (packet.Command == MilterCommand.Body && !packet.IsComplete)
                {
                    body += payload;
                    continue;
                }

                packets.Add($"{packet.Command} {body}{payload}");
                body = string.Empty;
            }

            kept = buffer.ToArray();
        }

        Assert.Null(reader.Error);
        return packets;
    }
}
