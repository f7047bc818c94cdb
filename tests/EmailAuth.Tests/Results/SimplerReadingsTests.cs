using System.Text.RegularExpressions;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>Readers that take comments or quotes out with an expression: each is that expression here.</summary>
public partial class SimplerReadingsTests
{
    // The steps in their order: the readers of comments, then the expressions.
    private static readonly Func<string, string>[] Comments =
    [
        .. CommentReading.All.Select(static reading => (Func<string, string>)(text => CommentReadingTests.Without(text, reading))),
        static text => Innermost().Replace(text, string.Empty),
        Repeated,
        static text => Greedy().Replace(text, string.Empty),
    ];

    private static readonly Func<string, string>[] Quotes = [static text => Quoted().Replace(text, string.Empty), static text => Escaped().Replace(text, string.Empty)];

    [Theory]
    [InlineData("a;b", 0)]
    [InlineData("a)b", 0)]
    [InlineData("", 0)]
    [InlineData("a(b", 11)]
    [InlineData("a\"b", 2)]
    [InlineData("\"(", 53)]
    public void Only_what_a_text_has_is_taken_out(string text, int readings) => Assert.Equal(readings, SimplerReadings.Count(text));

    [Fact]
    public void Each_reading_leaves_what_its_expressions_leave()
    {
        foreach (var text in ShortTexts.Of("()\"\\a", 4).Concat(Longer()))
        {
            var expected = Readings(text).ToList();
            var found = Enumerable.Range(0, SimplerReadings.Count(text)).Select(reading => Read(reading, text)).ToList();
            Assert.True(expected.SequenceEqual(found), $"{text}: {string.Join(' ', found)}, not {string.Join(' ', expected)}");
        }
    }

    // The output has room behind it, and what is there counts as nothing.
    private static string Read(int reading, string text)
    {
        var kept = $"{new string('-', text.Length)}(\")".ToCharArray();
        return new string(kept, 0, SimplerReadings.Remove(reading, text, kept));
    }

    private static IEnumerable<string> Readings(string text)
    {
        Func<string, string>[] comments = text.Contains('(', StringComparison.Ordinal) ? Comments : [];
        Func<string, string>[] quotes = text.Contains('"', StringComparison.Ordinal) ? Quotes : [];
        return comments.Concat(quotes).Select(step => step(text))
            .Concat(comments.SkipLast(1).SelectMany(c => quotes.SelectMany(q => new[] { q(c(text)), c(q(text)) })));
    }

    private static IEnumerable<string> Longer()
    {
        var random = new Random(5322);
        for (var i = 0; i < 150; i++)
        {
            yield return new string(random.GetItems<char>("(()))\"\"\\ab;", random.Next(5, 16)));
        }
    }

    private static string Repeated(string text)
    {
        for (var before = string.Empty; before != text;)
        {
            (before, text) = (text, Innermost().Replace(text, string.Empty));
        }

        return text;
    }

    [GeneratedRegex(@"\([^()]*\)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Innermost();

    [GeneratedRegex(@"\(.*\)", RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Greedy();

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"""(?:\\.|[^""\\])*""", RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Escaped();
}
