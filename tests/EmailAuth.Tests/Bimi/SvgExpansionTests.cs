using EmailAuth.Bimi;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>How many elements are drawn when each use is followed, exact at each limit.</summary>
public class SvgExpansionTests
{
    // A node for each character: its parent by number (the root has none), a name, a target.
    [Theory]
    [InlineData("r", 1)]
    [InlineData("r 0", 2)]
    [InlineData("r 0 0 0", 4)]
    [InlineData("r 0 1 2", 4)]
    [InlineData("r 0#a 0>a", 4)]
    [InlineData("r 0>a 0#a", 4)] // a target that comes later
    [InlineData("r 0#a 1 1 0>a 0>a", 12)]
    [InlineData("r 0#a 0#b>a 0#c>b 0>c", 11)]
    [InlineData("r 0#a 0>A", 3)] // a name knows case
    [InlineData("r 0>b 0#a", 3)] // refers to nothing
    [InlineData("r>a", 1)]
    [InlineData("r#a 0>a", -1)] // the root within itself
    [InlineData("r 0#a>a", -1)]
    [InlineData("r 0#a 1>a", -1)]
    [InlineData("r 0#a 1 2>a", -1)]
    [InlineData("r 0#a>b 0#b>a", -1)]
    [InlineData("r 0#a>b 0#b>c 0#c>a", -1)]
    [InlineData("r 0#a>b 0#b 2#c 3#d>c", -1)]
    [InlineData("r 0#a>b 0#b 2#c 0#d>c", 8)]
    public void The_count_is_that_of_a_renderer(string nodes, int expected)
    {
        Assert.Equal(expected, Read(nodes).Count(1000));
        if (expected > 0)
        {
            // Above the limit the count is the limit and one.
            Assert.Equal(expected, Read(nodes).Count(expected));
            Assert.Equal(Enumerable.Range(1, expected), Enumerable.Range(0, expected).Select(limit => (int)Read(nodes).Count(limit)));
        }
    }

    [Fact]
    public void Without_elements_there_is_no_count() => Assert.Equal(0, new SvgExpansion().Count(10));

    [Fact]
    public void References_that_multiply_do_not_overflow_the_count()
    {
        var expansion = new SvgExpansion();
        var root = expansion.Add(-1);
        Assert.True(expansion.TrySetId(expansion.Add(root), "l0"));
        for (var level = 1; level <= 40; level++)
        {
            var group = expansion.Add(root);
            Assert.True(expansion.TrySetId(group, $"l{level}"));
            for (var i = 0; i < 10; i++)
            {
                expansion.SetTarget(expansion.Add(group), $"l{level - 1}");
            }
        }

        Assert.Equal(int.MaxValue / 2, expansion.Count((int.MaxValue / 2) - 1));
    }

    [Fact]
    public void A_name_is_given_once()
    {
        var expansion = new SvgExpansion();
        Assert.Equal((0, 1), (expansion.Add(-1), expansion.Add(0)));
        Assert.Equal((true, false, true), (expansion.TrySetId(0, "a"), expansion.TrySetId(1, "a"), expansion.TrySetId(1, "A")));
    }

    private static SvgExpansion Read(string nodes)
    {
        var expansion = new SvgExpansion();
        foreach (var node in nodes.Split(' '))
        {
            var parent = node.TrimEnd("#>abcdABCD".ToCharArray()) is "r" ? -1 : node[0] - '0';
            var number = expansion.Add(parent);
            if (node.IndexOf('#', StringComparison.Ordinal) is var name and >= 0)
            {
                Assert.True(expansion.TrySetId(number, node[(name + 1)..(name + 2)]));
            }

            if (node.IndexOf('>', StringComparison.Ordinal) is var target and >= 0)
            {
                expansion.SetTarget(number, node[(target + 1)..]);
            }
        }

        return expansion;
    }
}
