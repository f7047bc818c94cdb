using System.Text;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Tests.TestSupport;
using FsCheck.Xunit;

namespace EmailAuth.Milter.Tests.Dialogue;

public sealed class ProtocolViolationTests
{
    [Fact]
    public Task Nothing_comes_before_the_negotiation() => IsViolationAsync("before the negotiation", [], Packets.Connect());

    [Fact]
    public Task A_second_negotiation_is_none() => IsViolationAsync("second negotiation", [Packets.Offer()], Packets.Offer());

    // A field would say "quarantine" of mail that is not held.
    [Theory]
    [InlineData("OnReject")]
    [InlineData("OnQuarantine")]
    [InlineData("OnUnusableAuthor")]
    [InlineData("OnTemporaryError")]
    public async Task An_MTA_that_lets_nobody_hold_mail_is_refused_where_mail_is_to_be_held(string key)
    {
        var options = new MilterOptions { AuthservId = "mx.example.org" };
        var holding = key switch
        {
            "OnReject" => options with { OnReject = MessageAction.Quarantine },
            "OnQuarantine" => options with { OnQuarantine = MessageAction.Quarantine },
            "OnUnusableAuthor" => options with { OnUnusableAuthor = MessageAction.Quarantine },
            _ => options with { OnTemporaryError = MessageAction.Quarantine },
        };
        var offer = Packets.Offer(actions: MilterActions.AddHeaders | MilterActions.ChangeHeaders);
        await using (var conversation = new Conversation(holding))
        {
            await conversation.SayAsync(offer);
            Assert.Contains("hold messages", conversation.Violation, StringComparison.Ordinal);
        }

        await using var annotating = new Conversation(options);
        await annotating.SayAsync(offer);
        Assert.Null(annotating.Violation);
    }

    [Fact]
    public Task A_second_CONNECT_is_none() => IsViolationAsync("second CONNECT", [Packets.Offer(), Packets.Connect()], Packets.Connect());

    [Fact]
    public Task HELO_comes_after_CONNECT() => IsViolationAsync("HELO before CONNECT", [Packets.Offer()], Packets.Helo());

    [Fact]
    public Task MAIL_comes_after_CONNECT() => IsViolationAsync("MAIL before CONNECT", [Packets.Offer()], Packets.Mail());

    [Fact]
    public Task A_malformed_RCPT_is_a_violation() =>
        IsViolationAsync("malformed RCPT", [Packets.Offer(), Packets.Connect(), Packets.Mail()], Packets.Of(MilterCommand.Recipient, "<bob@example.org>"u8));

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
    public Task An_unknown_command_is_none() => IsViolationAsync("0x7a", [Packets.Offer()], Packets.Of((byte)'z', []));

    [Theory]
    [InlineData((byte)'H', "no end")]
    [InlineData((byte)'H', "a\0b")]
    [InlineData((byte)'D', "")]
    [InlineData((byte)'D', "Mi")]
    [InlineData((byte)'C', "host\0")]
    public Task A_malformed_packet_is_a_violation(byte command, string payload) =>
        IsViolationAsync("", command == 'C' ? [Packets.Offer()] : [Packets.Offer(), Packets.Connect()], Packets.Of(command, Encoding.ASCII.GetBytes(payload)));

    [Theory]
    [InlineData((byte)'M', "")]
    [InlineData((byte)'M', "<a@example.com>")]
    [InlineData((byte)'M', "<a@example.com>\0SIZE=1")]
    [InlineData((byte)'L', "From\0 a@example.com")]
    [InlineData((byte)'L', "From\0")]
    [InlineData((byte)'L', "From")]
    [InlineData((byte)'L', "From\0 a\0b\0")]
    public Task A_malformed_packet_of_a_message_is_a_violation(byte command, string payload) =>
        IsViolationAsync("malformed", [Packets.Offer(), Packets.Connect(), Packets.Mail()], Packets.Of(command, Encoding.ASCII.GetBytes(payload)));

    [Property(MaxTest = 500)]
    public void Random_packets_never_throw_and_never_hold_up(byte[][] payloads, byte[] commands)
    {
        var known = "ABCDEHKLMNORTUQ"u8.ToArray();
        var packets = payloads.Select((payload, i) =>
            Packets.Of(commands.Length == 0 ? known[i % known.Length] : known[commands[i % commands.Length] % known.Length], payload ?? []));

        var conversation = new Conversation();
        var talk = conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. packets]);

        Assert.True(talk.IsCompletedSuccessfully, talk.Exception?.ToString());
    }

    private static async Task IsViolationAsync(string reason, byte[][] before, byte[] packet)
    {
        await using var conversation = new Conversation();
        await conversation.SayAsync(before);
        Assert.Null(conversation.Violation);

        await conversation.SayAsync(packet);

        Assert.Equal(DialogueAction.Violation, conversation.LastStep);
        Assert.Contains(reason, conversation.Violation, StringComparison.Ordinal);
    }
}
