using System.Globalization;
using EmailAuth.Settings;
using Xunit;

namespace EmailAuth.Tests.Settings;

/// <summary>Times as operators write them.</summary>
public class DurationTextTests
{
    [Theory]
    [InlineData("ms", TimeSpan.TicksPerMillisecond)]
    [InlineData("s", TimeSpan.TicksPerSecond)]
    [InlineData("m", TimeSpan.TicksPerMinute)]
    [InlineData("h", TimeSpan.TicksPerHour)]
    [InlineData("d", TimeSpan.TicksPerDay)]
    public void Each_unit_is_read_up_to_the_longest_time(string unit, long ticks)
    {
        var most = TimeSpan.MaxValue.Ticks / ticks;
        foreach (var name in (string[])[unit, unit.ToUpperInvariant()])
        {
            Assert.Equal((true, TimeSpan.FromTicks(ticks * 7)), Read("7" + name));
            Assert.Equal((true, TimeSpan.Zero), Read("0" + name));
            Assert.Equal((true, TimeSpan.FromTicks(ticks * most)), Read(most.ToString(CultureInfo.InvariantCulture) + name));
            Assert.Equal((false, TimeSpan.Zero), Read((most + 1).ToString(CultureInfo.InvariantCulture) + name));
        }

        foreach (var wrong in (string[])[unit, "7 " + unit, " 7" + unit, "-7" + unit, "+7" + unit, "7.5" + unit, "7" + unit + " ", "7" + unit + "x", "1,000" + unit])
        {
            Assert.Equal((false, TimeSpan.Zero), Read(wrong));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("7us")]
    [InlineData("7x")]
    [InlineData("7mss")]
    [InlineData("7sm")]
    public void What_has_no_unit_or_two_is_refused(string text) => Assert.Equal((false, TimeSpan.Zero), Read(text));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ms")]
    [InlineData(999, "999ms")]
    [InlineData(1000, "1s")]
    [InlineData(1001, "1001ms")]
    [InlineData(59_000, "59s")]
    [InlineData(60_000, "1m")]
    [InlineData(61_000, "61s")]
    [InlineData(3_540_000, "59m")]
    [InlineData(3_600_000, "1h")]
    [InlineData(3_660_000, "61m")]
    [InlineData(82_800_000, "23h")]
    [InlineData(86_400_000, "1d")]
    [InlineData(90_000_000, "25h")]
    [InlineData(864_000_000, "10d")]
    public void A_time_is_written_in_the_largest_unit_that_fits(long milliseconds, string text)
    {
        Assert.Equal(text, DurationText.Write(TimeSpan.FromMilliseconds(milliseconds)));
        Assert.Equal((true, TimeSpan.FromMilliseconds(milliseconds)), Read(text));
    }

    [Theory]
    [InlineData(1, "0ms")]
    [InlineData(9_999, "0ms")]
    [InlineData(10_001, "1ms")]
    [InlineData(19_999, "1ms")]
    public void Fractions_of_a_millisecond_are_cut_off(long ticks, string text) => Assert.Equal(text, DurationText.Write(TimeSpan.FromTicks(ticks)));

    private static (bool IsRead, TimeSpan Time) Read(string text) => (DurationText.TryParse(text, out var time), time);
}
