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

    [Theory]
    [InlineData(1_048_576, 176, 1_048_100)]
    [InlineData(1024, 174, 550)]
    [InlineData(1024, 24, 700)]
    [InlineData(800, 200, 300)]
    [InlineData(799, 200, 300)]
    [InlineData(400, 180, 110)] // half of what is left
    [InlineData(64, 20, 22)]
    [InlineData(64, 64, 1)]
    [InlineData(0, 20, 1)]
    [InlineData(long.MaxValue, 20, int.MaxValue)]
    public void A_part_of_the_limit_is_kept_for_the_service_itself(long limit, int open, int connections)
    {
        var budget = new DescriptorBudget(limit, open);
        Assert.Equal(connections, budget.Connections);
        Assert.InRange(new DescriptorBudget(budget.Needed(connections), open).Connections, connections, int.MaxValue);
    }

    [Fact]
    public void The_process_counts_its_open_descriptors()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is read from Linux's proc.");
        Assert.InRange(DescriptorBudget.Measure()!.Open, 3, DescriptorBudget.Measure()!.Limit);
    }
}
