using EmailAuth.Milter.Protocol.Tests.TestSupport;

namespace EmailAuth.Milter.Protocol.Tests;

public sealed class MilterNegotiationTests
{
    private static readonly MilterConnectionOptions Wanted = new()
    {
        RequiredActions = MilterActions.AddHeaders,
        OptionalActions = MilterActions.ChangeHeaders | MilterActions.Quarantine | MilterActions.ChangeSender,
        Steps = MilterSteps.NoUnknown | MilterSteps.HeaderLeadingSpace,
    };

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
        Assert.Contains($"version {offered}", Refusal(Packets.Offer(offered), MilterConnectionEnd.UnsupportedVersion), StringComparison.Ordinal);

    [Fact]
    public void An_offer_without_its_three_numbers_is_refused() =>
        Assert.Contains("11 bytes", Refusal(Packets.Of(MilterCommand.OptionNegotiation, new byte[11]), MilterConnectionEnd.MalformedPacket), StringComparison.Ordinal);

    [Fact]
    public void An_MTA_that_does_not_offer_what_is_required_is_refused() =>
        Assert.Contains(
            "add header fields", Refusal(Packets.Offer(actions: MilterActions.ChangeHeaders), MilterConnectionEnd.ActionNotOffered), StringComparison.Ordinal);

    [Fact]
    public void By_default_nothing_is_asked_for()
    {
        var agreed = MilterNegotiation.Answer(Packets.Offer().AsSpan(5), new MilterConnectionOptions(), out _)!;

        Assert.Equal((MilterActions.None, MilterSteps.None), (agreed.Actions, agreed.Steps));
    }

    [Fact]
    public void Every_action_has_its_words()
    {
        Assert.All(Enum.GetValues<MilterActions>().Where(action => action != MilterActions.None), action => Assert.NotEmpty(action.Describe()));
        Assert.Equal("add recipients, hold messages (quarantine)", (MilterActions.Quarantine | MilterActions.AddRecipients).Describe());
    }

    [Fact]
    public void Only_what_was_offered_is_asked_for()
    {
        // Version 2 as Sendmail 8.13 offers it.
        var agreed = Answer(Packets.Offer(2, (MilterActions)0x3f, (MilterSteps)0x7f));

        Assert.Equal(MilterActions.AddHeaders | MilterActions.ChangeHeaders | MilterActions.Quarantine, agreed.Actions);
        Assert.Equal(MilterSteps.None, agreed.Steps);
        Assert.False(agreed.HasLeadingSpace);
    }

    [Fact]
    public void The_leading_space_of_values_is_asked_for_when_it_is_offered()
    {
        Assert.True(Answer(Packets.Offer()).HasLeadingSpace);
        Assert.False(Answer(Packets.Offer(steps: Packets.AllSteps & ~MilterSteps.HeaderLeadingSpace)).HasLeadingSpace);
    }

    private static MilterNegotiation Answer(byte[] offer) => MilterNegotiation.Answer(offer.AsSpan(5), Wanted, out _)!;

    private static string Refusal(byte[] offer, MilterConnectionEnd end)
    {
        Assert.Null(MilterNegotiation.Answer(offer.AsSpan(5), Wanted, out var error));
        Assert.Equal(end, error.End);
        return error.Reason;
    }
}
