using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Tests.TestSupport;
using EmailAuth.Policy;

namespace EmailAuth.Milter.Tests.Dialogue;

public sealed class MessageAnswerTests
{
    [Fact]
    public async Task Forged_fields_are_removed_from_the_bottom_up_before_ours_is_inserted()
    {
        var answers = await AnswersAsync(new MessageAnswer
        {
            Decision = MilterDecision.Accept,
            Removals =
            [
                new("Authentication-Results", 1), new("Authentication-Results", 3), new("BIMI-Location", 1), new("Authentication-Results", 12),
            ],
            Insertions = [new("Authentication-Results", "mx.example.org; spf=pass"), new("Received-SPF", "pass")],
        });

        Assert.Equal(
            [
                "m 12 Authentication-Results||", "m 3 Authentication-Results||", "m 1 Authentication-Results||", "m 1 BIMI-Location||",
                "i 0 Received-SPF| pass|", "i 0 Authentication-Results| mx.example.org; spf=pass|",
            ],
            answers[..^1].Select(a => $"{(char)a.Code} {a.Index} {a.Text}"));
        Assert.Equal(MilterReply.Continue, answers[^1].Reply);
    }

    [Fact]
    public async Task A_modification_never_comes_before_the_end_of_the_message()
    {
        await using var conversation = new Conversation();

        var answers = await conversation.SayAsync([Packets.Offer(), Packets.Connect(), Packets.Helo(), .. Packets.Message()[..^1]]);

        Assert.Equal("O", string.Concat(answers.Select(a => (char)a.Code)));
    }

    [Fact]
    public async Task A_rejected_message_is_refused_with_its_reply_and_not_modified()
    {
        var answers = await AnswersAsync(new MessageAnswer
        {
            Decision = MilterDecision.Reject,
            Reply = new SmtpReply(550, "5.7.26", "no"),
            Insertions = [new("Authentication-Results", "x")],
        });

        Assert.Equal("550 5.7.26 no|", Assert.Single(answers).Text);
    }

    [Theory]
    [InlineData(MilterDecision.Reject, "r")]
    [InlineData(MilterDecision.TemporaryFailure, "t")]
    internal async Task A_refusal_without_a_reply_uses_the_reply_of_the_MTA(MilterDecision decision, string expected)
    {
        var answers = await AnswersAsync(new MessageAnswer { Decision = decision });

        Assert.Equal(expected, string.Concat(answers.Select(a => (char)a.Code)));
    }

    [Fact]
    public async Task A_quarantined_message_is_annotated_and_held()
    {
        var answers = await AnswersAsync(new MessageAnswer
        {
            Decision = MilterDecision.Quarantine,
            Reason = "dmarc=fail",
            Insertions = [new("Authentication-Results", "x")],
        });

        Assert.Equal("iqc", string.Concat(answers.Select(a => (char)a.Code)));
        Assert.Equal("dmarc=fail|", answers[1].Text);
    }

    [Fact]
    public async Task An_MTA_that_forbids_changes_gets_none_and_the_log_warns()
    {
        await using var conversation = new Conversation();
        conversation.Fake.Verdict = _ => new(new MessageAnswer
        {
            Decision = MilterDecision.Accept,
            Removals = [new("Authentication-Results", 1)],
            Insertions = [new("Authentication-Results", "x")],
        });

        var answers = await conversation.SayAsync(
            [Packets.Offer(actions: MilterActions.AddHeaders), Packets.Connect(), .. Packets.Message()]);

        Assert.Equal("Oic", string.Concat(answers.Select(a => (char)a.Code)));
        Assert.Contains(conversation.Log.Lines, l => l.Text.Contains("forged", StringComparison.Ordinal));
        Assert.Contains(
            conversation.Log.Lines, l => l.Text.Contains(" action=accept removed=0 not_removed=1 not_removed_fields=Authentication-Results:1 body=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_MTA_that_waits_long_gets_progress_replies()
    {
        await using var conversation = new Conversation();
        var verdict = new TaskCompletionSource<MessageAnswer>();
        conversation.Fake.Verdict = _ => new(verdict.Task);
        await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()[..^1]]);

        var end = conversation.BeginEndOfBodyAsync();
        Assert.Empty(await conversation.AnswersAsync());
        for (var i = 0; i < 3; i++)
        {
            conversation.Time.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal(MilterReply.Progress, Assert.Single(await UntilAnsweredAsync(conversation)).Reply);
        }

        verdict.SetResult(new MessageAnswer { Decision = MilterDecision.Accept });
        await end;

        Assert.Equal(MilterReply.Continue, Assert.Single(await conversation.AnswersAsync()).Reply);
        Assert.Contains(conversation.Log.Lines, l => l.Text.Contains("wait_ms=15000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_line_is_one_line_for_every_input()
    {
        await using var conversation = new Conversation();

        await conversation.SayAsync(
            Packets.Offer(), Packets.Connect(), Packets.Helo("evil\r\nQ9: forged\u001b[31m\u2028"), Packets.Macro(MilterCommand.Mail, "i", "Q\u000e1"), Packets.Mail("<a\nb@example.com>"), Packets.EndOfBody);

        var line = Assert.Single(conversation.Log.Lines, l => l.Text.Contains("client=", StringComparison.Ordinal)).Text;
        Assert.DoesNotContain(line, c => char.IsControl(c) || c == '\u2028');
        Assert.StartsWith("Q\\u000e1: ", line, StringComparison.Ordinal);
        Assert.Contains("helo=evil\\u000d\\u000aQ9:\\u0020forged\\u001b[31m\\u2028", line, StringComparison.Ordinal);
    }

    private static async Task<List<Answer>> AnswersAsync(MessageAnswer verdict)
    {
        await using var conversation = new Conversation();
        conversation.Fake.Verdict = _ => new(verdict);
        var answers = await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()]);
        return answers[1..];
    }

    // The reply is written by a continuation of the timer.
    private static async Task<List<Answer>> UntilAnsweredAsync(Conversation conversation)
    {
        for (var i = 0; i < 10_000; i++)
        {
            if (await conversation.AnswersAsync() is { Count: > 0 } answers)
            {
                return answers;
            }

            await Task.Yield();
        }

        throw new InvalidOperationException("no answer came");
    }
}
