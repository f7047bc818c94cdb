namespace EmailAuth.Milter.Protocol.Tests;

public sealed class MilterConnectionOptionsTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    public static TheoryData<string, Action> OutOfRange => new()
    {
        { "a piece of a body fits", () => _ = new MilterConnectionOptions { MaxPacketBytes = 65_535 } },
        { "no time", () => _ = new MilterConnectionOptions { IdleTimeout = TimeSpan.Zero } },
        { "no time for a packet", () => _ = new MilterConnectionOptions { PacketTimeout = TimeSpan.Zero } },
        { "always", () => _ = new MilterConnectionOptions { ProgressInterval = TimeSpan.Zero } },
        { "longer than a timer runs", () => _ = new MilterConnectionOptions { IdleTimeout = TimeSpan.FromDays(50) } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_value_out_of_its_range_is_refused(string why, Action set)
    {
        Assert.NotEmpty(why);
        Assert.Throws<ArgumentOutOfRangeException>(set);
    }

    [Fact]
    public void The_ranges_include_their_ends()
    {
        var options = new MilterConnectionOptions { MaxPacketBytes = 65_536, IdleTimeout = Tick, PacketTimeout = Tick, ProgressInterval = TimeSpan.FromDays(49) };

        Assert.Equal((65_536, Tick, Tick, TimeSpan.FromDays(49)), (options.MaxPacketBytes, options.IdleTimeout, options.PacketTimeout, options.ProgressInterval));
    }

    [Fact]
    public void The_defaults_are_those_that_the_page_names()
    {
        var options = new MilterConnectionOptions();

        Assert.Equal(
            (1_100_000, TimeSpan.FromHours(2), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5)),
            (options.MaxPacketBytes, options.IdleTimeout, options.PacketTimeout, options.ProgressInterval));
    }
}
