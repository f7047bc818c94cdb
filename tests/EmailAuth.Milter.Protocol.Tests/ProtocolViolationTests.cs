using System.Text;
using EmailAuth.Milter.Protocol.Tests.TestSupport;
using FsCheck.Xunit;

namespace EmailAuth.Milter.Protocol.Tests;

public sealed class ProtocolViolationTests
{
    [Fact]
    public Task Nothing_comes_before_the_negotiation() => IsViolationAsync("before the negotiation", [], Packets.Connect());

    [Fact]
    public Task A_second_negotiation_is_a_violation() => IsViolationAsync("second negotiation", [Packets.Offer()], Packets.Offer());

    [Fact]
    public Task A_second_CONNECT_is_a_violation() => IsViolationAsync("second CONNECT", [Packets.Offer(), Packets.Connect()], Packets.Connect());

    [Fact]
    public Task HELO_comes_after_CONNECT() => IsViolationAsync("HELO before CONNECT", [Packets.Offer()], Packets.Helo());

    [Fact]
    public Task MAIL_comes_after_CONNECT() => IsViolationAsync("MAIL before CONNECT", [Packets.Offer()], Packets.Mail());

    [Fact]
    public Task A_malformed_RCPT_is_a_violation() =>
        IsViolationAsync("malformed RCPT", [Packets.Offer(), Packets.Connect(), Packets.Mail()], Packets.Of(MilterCommand.Recipient, "<bob@example.org>"u8), MilterConnectionEnd.MalformedPacket);

    [Fact]
    public Task RCPT_comes_after_MAIL() => IsViolationAsync("before MAIL", [Packets.Offer(), Packets.Connect()], Packets.Recipient());

    [Fact]
    public Task A_field_comes_after_MAIL() => IsViolationAsync("before MAIL", [Packets.Offer(), Packets.Connect()], Packets.Header("A", "b"));

    [Fact]
    public Task A_field_comes_before_the_end_of_the_header() =>
        IsViolationAsync("after the header", [Packets.Offer(), Packets.Connect(), Packets.Mail(), Packets.EndOfHeaders], Packets.Header("A", "b"));

    [Fact]
    public Task A_header_ends_once() =>
        IsViolationAsync("after the header", [Packets.Offer(), Packets.Connect(), Packets.Mail(), Packets.EndOfHeaders], Packets.EndOfHeaders);

    [Fact]
    public Task A_body_comes_after_MAIL() => IsViolationAsync("before MAIL", [Packets.Offer(), Packets.Connect()], Packets.Body("x"));

    [Fact]
    public Task A_body_ends_after_MAIL() => IsViolationAsync("before MAIL", [Packets.Offer(), Packets.Connect()], Packets.EndOfBody);

    [Fact]
    public Task HELO_does_not_come_within_a_header() =>
        IsViolationAsync("within the header", [Packets.Offer(), Packets.Connect(), Packets.Mail(), Packets.Header("A", "b")], Packets.Helo());

    [Fact]
    public Task An_unknown_command_is_a_violation() => IsViolationAsync("0x7a", [Packets.Offer()], Packets.Of((byte)'z', []), MilterConnectionEnd.UnknownCommand);

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, (byte)'H' }, "length 0")]
    [InlineData(new byte[] { 255, 255, 255, 255, (byte)'B' }, "MaxPacketBytes")]
    public Task A_length_that_no_packet_can_have_is_a_violation(byte[] bytes, string reason) =>
        IsViolationAsync(reason, [Packets.Offer()], bytes, MilterConnectionEnd.InvalidPacketLength);

    [Theory]
    [InlineData((byte)'H', "no end")]
    [InlineData((byte)'H', "a\0b")]
    [InlineData((byte)'D', "")]
    [InlineData((byte)'D', "Mi")]
    [InlineData((byte)'C', "host\0")]
    public Task A_malformed_packet_is_a_violation(byte command, string payload) =>
        IsViolationAsync("", command == 'C' ? [Packets.Offer()] : [Packets.Offer(), Packets.Connect()], Packets.Of(command, Encoding.ASCII.GetBytes(payload)), MilterConnectionEnd.MalformedPacket);

    [Theory]
    [InlineData((byte)'M', "")]
    [InlineData((byte)'M', "<a@example.com>")]
    [InlineData((byte)'M', "<a@example.com>\0SIZE=1")]
    [InlineData((byte)'L', "From\0 a@example.com")]
    [InlineData((byte)'L', "From\0")]
    [InlineData((byte)'L', "From")]
    [InlineData((byte)'L', "From\0 a\0b\0")]
    public Task A_malformed_packet_of_a_message_is_a_violation(byte command, string payload) =>
        IsViolationAsync("malformed", [Packets.Offer(), Packets.Connect(), Packets.Mail()], Packets.Of(command, Encoding.ASCII.GetBytes(payload)), MilterConnectionEnd.MalformedPacket);

    [Property(MaxTest = 500)]
    public async Task Random_packets_never_throw_and_never_block(byte[][] payloads, byte[] commands)
    {
        var known = "ABCDEHKLMNORTUQ"u8.ToArray();
        var packets = payloads.Select((payload, i) =>
            Packets.Of(commands.Length == 0 ? known[i % known.Length] : known[commands[i % commands.Length] % known.Length], payload ?? []));

        await using var conversation = new HandlerConversation(new RecordingHandler());
        await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. packets]);
        var result = await conversation.CloseAsync();

        Assert.True(result.IsViolation || result.End is MilterConnectionEnd.Quit or MilterConnectionEnd.Closed or MilterConnectionEnd.Lost, result.ToString());
    }

    private static async Task IsViolationAsync(
        string reason, byte[][] before, byte[] packet, MilterConnectionEnd end = MilterConnectionEnd.UnexpectedCommand)
    {
        await using var conversation = new HandlerConversation(new RecordingHandler());
        if (before.Length > 0)
        {
            await conversation.SayAsync(before);
        }

        Assert.Null(conversation.Result);

        await conversation.SayAsync(packet);

        Assert.NotNull(conversation.Result);
        Assert.Equal((end, true), (conversation.Result.End, conversation.Result.IsViolation));
        Assert.Contains(reason, conversation.Result.Reason, StringComparison.Ordinal);
    }
}
