using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Tests.TestSupport;
using EmailAuth.Policy;

namespace EmailAuth.Milter.Tests.Dialogue;

/// <summary>What the service asks of an MTA.</summary>
public sealed class NegotiationTests
{
    private static MilterSteps Steps =>
        AuthenticatingHandler.ConnectionOptions(MilterOptions.For("mx.example.org"), TimeProvider.System).Steps;

    [Fact]
    public async Task An_MTA_that_does_not_allow_added_fields_is_refused()
    {
        await using var conversation = new Conversation();

        await conversation.SayAsync(Packets.Offer(actions: MilterActions.ChangeHeaders));

        Assert.Contains("add header fields", conversation.Violation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_milter_asks_for_its_macros()
    {
        await using var conversation = new Conversation();

        var answer = Assert.Single(await conversation.SayAsync(Packets.Offer()));

        Assert.Equal("j {daemon_name} {client_addr}\0"u8, answer.Payload.AsSpan(16, 30));
    }

    // A field would say "quarantine" of mail that is not held.
    [Theory]
    [InlineData("OnReject")]
    [InlineData("OnQuarantine")]
    [InlineData("OnUnusableAuthor")]
    [InlineData("OnTemporaryError")]
    [InlineData("MaximumAction")]
    public async Task An_MTA_that_cannot_hold_mail_is_refused_when_a_setting_says_quarantine(string key)
    {
        var options = MilterOptions.For("mx.example.org");
        var holding = options.Acting(policy => key switch
        {
            "OnReject" => policy with { OnReject = DispositionAction.Quarantine },
            "OnQuarantine" => policy with { OnQuarantine = DispositionAction.Quarantine },
            "OnUnusableAuthor" => policy with { OnUnusableAuthor = DispositionAction.Quarantine },
            "OnTemporaryError" => policy with { OnTemporaryError = DispositionAction.Quarantine },
            _ => policy with { OnReject = DispositionAction.Reject, MaximumAction = DispositionAction.Quarantine },
        });
        var offer = Packets.Offer(actions: MilterActions.AddHeaders | MilterActions.ChangeHeaders);
        await using (var conversation = new Conversation(holding))
        {
            await conversation.SayAsync(offer);
            Assert.Contains("hold messages", conversation.Violation, StringComparison.Ordinal);
        }

        await using (var marking = new Conversation(holding with { QuarantineBy = QuarantineBy.Header }))
        {
            await marking.SayAsync(offer);
            Assert.Null(marking.Violation);
        }

        await using var annotating = new Conversation(options);
        await annotating.SayAsync(offer);
        Assert.Null(annotating.Violation);
    }

    [Fact]
    public void Accepted_recipients_are_passed_on_without_a_reply_and_rejected_ones_are_not()
    {
        var steps = Steps;

        Assert.Equal(MilterSteps.NoReplyToRecipient, steps & (MilterSteps.NoRecipients | MilterSteps.NoReplyToRecipient | MilterSteps.RejectedRecipients));
    }

    [Fact]
    public void Steps_that_are_needed_are_not_left_out()
    {
        Assert.Equal(MilterSteps.None, Steps & (MilterSteps.NoConnect | MilterSteps.NoHelo | MilterSteps.NoMail | MilterSteps.NoBody | MilterSteps.NoHeaders | MilterSteps.NoEndOfHeaders));
    }

    // The MTA passes a whole message on without waiting: only the negotiation and the end of a message have an answer.
    [Fact]
    public void Nothing_is_answered_before_the_end_of_a_message()
    {
        const MilterSteps Unanswered = MilterSteps.NoReplyToConnect | MilterSteps.NoReplyToHelo | MilterSteps.NoReplyToMail | MilterSteps.NoReplyToRecipient
            | MilterSteps.NoReplyToHeader | MilterSteps.NoReplyToEndOfHeaders | MilterSteps.NoReplyToBody;

        Assert.Equal(Unanswered, Steps & Unanswered);
    }
}
