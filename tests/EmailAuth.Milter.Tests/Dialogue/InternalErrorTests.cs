using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.Dialogue;

public sealed class InternalErrorTests
{
    [Theory]
    [InlineData("begin")]
    [InlineData("helo")]
    [InlineData("mail")]
    [InlineData("field Subject")]
    [InlineData("end of headers")]
    [InlineData("body")]
    [InlineData("complete")]
    public async Task An_error_at_any_step_affects_only_one_message(string where)
    {
        await using var conversation = new Conversation();
        conversation.Fake.ThrowAt = where;

        var answers = await conversation.SayAsync([Packets.Offer(), Packets.Connect(), Packets.Helo(), .. Packets.Message("Q1")]);
        Assert.Equal(MilterReply.TemporaryFailure, answers[^1].Reply);
        Assert.Contains(conversation.Log.Lines, l => l.Level == LogLevel.Error);

        conversation.Fake.ThrowAt = null;
        answers = await conversation.SayAsync(Packets.Message("Q2"));
        Assert.Equal("ic", string.Concat(answers.Select(a => (char)a.Code)));
        Assert.Contains("complete Hello\\r\\n", conversation.Fake.Calls);
    }

    [Fact]
    public async Task An_error_is_logged_with_the_queue_id()
    {
        await using var conversation = new Conversation();
        conversation.Fake.ThrowAt = "complete";

        await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message("4XYZ")]);

        Assert.StartsWith("4XYZ:", Assert.Single(conversation.Log.Lines, l => l.Level == LogLevel.Error).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MilterDecision.Accept, "c")]
    [InlineData(MilterDecision.Reject, "r")]
    [InlineData(MilterDecision.TemporaryFailure, "t")]
    internal async Task The_operator_chooses_the_answer_to_a_failed_message(MilterDecision decision, string expected)
    {
        await using var conversation = new Conversation(MilterOptions.For("mx.example.org") with { OnInternalError = decision });
        conversation.Fake.ThrowAt = "mail";

        var answers = await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()]);

        Assert.Equal(expected, string.Concat(answers[1..].Select(a => (char)a.Code)));
    }

    [Fact]
    public async Task The_next_message_knows_the_client_and_its_HELO_again()
    {
        await using var conversation = new Conversation();
        conversation.Fake.ThrowAt = "field";
        await conversation.SayAsync([Packets.Offer(), Packets.Connect(), Packets.Helo("m.example"), .. Packets.Message()]);
        conversation.Fake.ThrowAt = null;
        conversation.Fake.Calls.Clear();

        await conversation.SayAsync(Packets.Message());

        Assert.Equal("begin 192.0.2.1 m.example", conversation.Fake.Calls.First());
    }

    [Fact]
    public async Task The_body_of_a_failed_message_is_skipped_when_the_MTA_supports_it()
    {
        await using var conversation = new Conversation();
        conversation.Fake.ThrowAt = "mail";

        var answers = await conversation.SayAsync(
            Packets.Offer(steps: MilterSteps.Skip), Packets.Connect(), Packets.Mail(), Packets.EndOfHeaders, Packets.Body("x"), Packets.EndOfBody);

        Assert.Equal("Occcst", string.Concat(answers.Select(a => (char)a.Code)));
    }

    [Fact]
    public async Task An_error_during_the_verdict_is_answered()
    {
        await using var conversation = new Conversation();
        var verdict = new TaskCompletionSource<MessageAnswer>();
        conversation.Fake.Verdict = _ => new(verdict.Task);
        await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()[..^1]]);

        var end = conversation.BeginEndOfBodyAsync();
        verdict.SetException(new InvalidOperationException("thrown by the test"));
        await end;

        Assert.Equal(MilterReply.TemporaryFailure, Assert.Single(await conversation.AnswersAsync()).Reply);
    }
}
