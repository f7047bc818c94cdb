using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>Blocks of numbers.</summary>
public class RandomNumbersTests
{
    // A block has 512 numbers. None of a block is given again, and none is 0 because it was given before.
    [Fact]
    public void Blocks_of_numbers_have_nothing_in_common()
    {
        var random = new RandomNumbers();
        var blocks = Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, 512).Select(_ => random.Next()).ToArray()).ToArray();
        Assert.True(blocks.SelectMany(static block => block).Count(static number => number == 0) < 20, "one in 65,536 by chance");
        for (var i = 0; i < blocks.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.True(blocks[i].Zip(blocks[j]).Count(static pair => pair.First == pair.Second) < 20, "one in 65,536 by chance");
                Assert.True(blocks[i].Skip(1).Zip(blocks[j]).Count(static pair => pair.First == pair.Second) < 20, "one in 65,536 by chance");
            }

            Assert.True(blocks[i].Distinct().Count() > 480, "some 510 of 512");
            Assert.True(blocks[i].Zip(blocks[i].Skip(1)).Count(static pair => pair.First >> 8 == (pair.Second & 255)) < 30, "each octet is used once: 2 of 511 by chance");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(255)]
    public void Each_octet_of_a_block_is_filled(int length) => AssertFilled(length);

    /// <summary>Fills blocks of a length, and fails when one of their octets is 0 more often than by chance.</summary>
    internal static void AssertFilled(int length)
    {
        var seen = new int[length];
        for (var i = 0; i < 64; i++)
        {
            var block = new byte[length];
            RandomNumbers.Fill(block);
            for (var at = 0; at < length; at++)
            {
                seen[at] += block[at] == 0 ? 0 : 1;
            }
        }

        Assert.All(seen, static count => Assert.True(count > 40, "63.75 of 64 by chance"));
    }
}
