using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.Protocol;

public sealed class MilterNegotiationTests
{
    [Theory]
    [InlineData(2u, 2u)] // Sendmail 8.11 to 8.13, and Postfix with milter_protocol = 2
    [InlineData(3u, 3u)]
    [InlineData(4u, 4u)]
    [InlineData(6u, 6u)] // Sendmail 8.14, Postfix 2.6
    [InlineData(7u, 6u)] // whatever comes: the newest that is spoken
    public void The_version_is_the_newest_that_both_speak(uint offered, uint agreed) =>
        Assert.Equal(agreed, Answer(Packets.Offer(offered)).Version);

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    public void An_older_version_is_refused(uint offered) =>
        Assert.Contains($"version {offered}", Refusal(Packets.Offer(offered)), StringComparison.Ordinal);

    [Fact]
    public void An_offer_without_its_three_numbers_is_refused() =>
        Assert.Contains("11 bytes", MilterNegotiation.Answer(new byte[11]).Error!.Reason, StringComparison.Ordinal);

    [Fact]
    public void An_MTA_that_lets_nobody_add_fields_is_refused() =>
        Assert.Contains("add header fields", Refusal(Packets.Offer(actions: MilterActions.ChangeHeaders)), StringComparison.Ordinal);

    [Fact]
    public void Only_what_was_offered_is_asked_for()
    {
        // Version 2 as Sendmail 8.13 offers it.
        var agreed = Answer(Packets.Offer(2, (MilterActions)0x3f, (MilterProtocolFlags)0x7f));

        Assert.Equal(MilterActions.AddHeaders | MilterActions.ChangeHeaders | MilterActions.Quarantine, agreed.Actions);
        Assert.Equal(MilterProtocolFlags.None, agreed.Steps);
        Assert.False(agreed.HasLeadingSpace);
    }

    [Fact]
    public void The_leading_space_of_values_is_asked_for_where_it_can_be_had()
    {
        Assert.True(Answer(Packets.Offer()).HasLeadingSpace);
        Assert.False(Answer(Packets.Offer(steps: Packets.AllSteps & ~MilterProtocolFlags.HeaderLeadingSpace)).HasLeadingSpace);
    }

    [Fact]
    public void Recipients_are_told_without_a_reply_and_those_that_are_rejected_are_not()
    {
        var steps = Answer(Packets.Offer()).Steps;

        Assert.Equal(MilterProtocolFlags.NoReplyToRecipient, steps & (MilterProtocolFlags.NoRecipients | MilterProtocolFlags.NoReplyToRecipient | MilterProtocolFlags.RejectedRecipients));
    }

    [Fact]
    public void Steps_that_decide_something_keep_their_replies()
    {
        var steps = Answer(Packets.Offer()).Steps;

        Assert.Equal(MilterProtocolFlags.None, steps & (MilterProtocolFlags.NoReplyToConnect | MilterProtocolFlags.NoReplyToMail | MilterProtocolFlags.NoConnect |
            MilterProtocolFlags.NoHelo | MilterProtocolFlags.NoMail | MilterProtocolFlags.NoBody | MilterProtocolFlags.NoHeaders | MilterProtocolFlags.NoEndOfHeaders));
    }

    private static MilterNegotiation Answer(byte[] offer) => MilterNegotiation.Answer(offer.AsSpan(5)).Value!;

    private static string Refusal(byte[] offer) => MilterNegotiation.Answer(offer.AsSpan(5)).Error!.Reason;
}
