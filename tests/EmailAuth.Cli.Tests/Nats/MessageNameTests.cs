using EmailAuth.Cli.Nats;
using Xunit;

namespace EmailAuth.Cli.Tests.Nats;

public class MessageNameTests
{
    private static readonly DateTimeOffset Stored = new(2026, 11, 29, 22, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("a", "a", "as it is")]
    [InlineData("9f86d081884c7d65-0000_A", "9f86d081884c7d65-0000_A", "all characters of a plain id")]
    [InlineData("", "@7-8df4e641cfdf000", "an empty id is not an id")]
    [InlineData(null, "@7-8df4e641cfdf000", "the number and the time")]
    [InlineData("a.b", "~LnM23I66h-9HLfVow1SCq_JXXcPl6sDFxiuP-urCyTQ", "a dot would make another token")]
    [InlineData("*", "~aEiIwOuxfzdCmLZe4oB1JsBmCUxwG8x-u-HBCV9JT8E", "a wildcard")]
    [InlineData("a b", "~yGh6CKpdbtIEQyj6aml6uOltw0KR6MIDSujDjm_MbWU", "white space ends a subject")]
    [InlineData("@7", "~BbubYuKZmvqVZ1nbkv4QYxBmp57g1IMjKp9g_nKqfx4", "the mark of a number")]
    public void A_name_is_one_token(string? id, string name, string why)
    {
        Assert.NotEmpty(why);
        Assert.Equal(name, MessageName.Of(id, 7, Stored));
    }

    [Fact]
    public void Different_messages_have_different_names()
    {
        string[] names =
        [
            MessageName.Of(null, 7, Stored), MessageName.Of(null, 8, Stored), MessageName.Of(null, 7, Stored.AddTicks(1)), MessageName.Of("7", 7, Stored),
            MessageName.Of("a b", 7, Stored), MessageName.Of("a\tb", 7, Stored), MessageName.Of("ä", 7, Stored), MessageName.Of(new string('a', 64), 7, Stored),
            MessageName.Of(new string('a', 65), 7, Stored), MessageName.Of(new string('a', 66), 7, Stored),

            // Ids that look like the names that are made.
            MessageName.Of(MessageName.Of(null, 7, Stored), 7, Stored), MessageName.Of(MessageName.Of("a b", 7, Stored), 7, Stored),
        ];
        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_same_message_has_the_same_name_each_time()
    {
        Assert.Equal(MessageName.Of("a b", 7, Stored), MessageName.Of("a b", 8, Stored.AddDays(1)));
        Assert.Equal(MessageName.Of(null, 7, Stored), MessageName.Of(null, 7, Stored.ToOffset(TimeSpan.FromHours(1))));
    }
}
