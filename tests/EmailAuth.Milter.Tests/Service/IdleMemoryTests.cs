using EmailAuth.Milter.Service;

namespace EmailAuth.Milter.Tests.Service;

/// <summary>When memory is given back: once after a busy time, never within one.</summary>
public sealed class IdleMemoryTests
{
    private const long Megabyte = 1024 * 1024;

    [Fact]
    public void One_collection_follows_a_busy_time()
    {
        var memory = new IdleMemory(TimeProvider.System);
        Assert.Equal(
            [false, false, false, true, false, false],
            ((long[])[50, 500, 900, 901, 902, 903]).Select(megabytes => memory.IsDue(megabytes * Megabyte)));
    }

    [Fact]
    public void Little_work_is_not_worth_a_collection_until_it_adds_up()
    {
        var memory = new IdleMemory(TimeProvider.System);
        Assert.Equal(32, Enumerable.Range(1, 100).First(megabytes => memory.IsDue(megabytes * Megabyte)));
    }
}
