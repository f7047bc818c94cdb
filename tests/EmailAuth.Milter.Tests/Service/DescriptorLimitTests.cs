using EmailAuth.Milter.Service;

namespace EmailAuth.Milter.Tests.Service;

public sealed class DescriptorLimitTests
{
    [Theory]
    [InlineData(1024L, "Limit                     Soft Limit           Hard Limit           Units", "Max open files            1024                 524288               files")]
    [InlineData(null, "Max open files            unlimited            unlimited            files")]
    [InlineData(null, "Max open files")]
    [InlineData(null, "Max processes             1                    1                    processes")]
    [InlineData(null)]
    public void It_is_read_from_the_lines_of_the_system(long? expected, params string[] lines) => Assert.Equal(expected, DescriptorLimit.Parse(lines));
}
