using EmailAuth.Bimi;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>The limits of a logo: their defaults, and the values that they may have.</summary>
public class SvgLimitsTests
{
    [Fact]
    public void The_defaults_are_these() =>
        Assert.Equal("SvgLimits { MaxBytes = 32768, MaxDepth = 64, MaxDrawnElements = 10000, MaxViolations = 100 }", SvgLimits.Default.ToString());

    [Theory]
    [InlineData("MaxBytes", 1, 16_777_216)]
    [InlineData("MaxDepth", 1, int.MaxValue)]
    [InlineData("MaxDrawnElements", 1, int.MaxValue)]
    [InlineData("MaxViolations", 1, int.MaxValue)]
    public void A_limit_has_this_range(string name, int first, int last)
    {
        Assert.Equal((first, last), (Read(Make(name, first), name), Read(Make(name, last), name)));
        var below = Assert.Throws<ArgumentOutOfRangeException>(() => Make(name, first - 1));
        Assert.Equal(name, below.ParamName);
        if (last < int.MaxValue)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Make(name, last + 1));
        }
    }

    private static SvgLimits Make(string name, int value) => name switch
    {
        "MaxBytes" => new SvgLimits { MaxBytes = value },
        "MaxDepth" => new SvgLimits { MaxDepth = value },
        "MaxDrawnElements" => new SvgLimits { MaxDrawnElements = value },
        "MaxViolations" => new SvgLimits { MaxViolations = value },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static int Read(SvgLimits limits, string name) => (int)typeof(SvgLimits).GetProperty(name)!.GetValue(limits)!;
}
