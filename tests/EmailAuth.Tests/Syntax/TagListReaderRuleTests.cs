using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>Tag lists against the grammar of RFC 6376 section 3.2 written down plainly: every short text, and every text near some of records.</summary>
public class TagListReaderRuleTests
{
    private const string Alpha = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    [Fact]
    public void Every_short_text_reads_as_the_grammar_says()
    {
        foreach (var text in ShortTexts.Of("a1_=; ", 5))
        {
            Check(text);
        }
    }

    [Theory]
    [InlineData("v=DKIM1; k = rsa ;p=MIGf MA0;")]
    [InlineData(" v = DMARC1 ;\r\n\tp_1=reject;rua=mailto:a@b.example ")]
    [InlineData("=;;a")]
    public void Every_text_a_character_away_reads_as_the_grammar_says(string text)
    {
        foreach (var (_, _, changed) in OneCharacterEdits.Of(text, string.Concat(Enumerable.Range(0, 130).Select(static code => (char)code)) + "\u00e9\u212a"))
        {
            Check(changed);
        }
    }

    [Fact]
    public void After_an_error_nothing_more_is_read()
    {
        var reader = new TagListReader("a=1;=;b=2");
        Assert.True(reader.TryRead(out _));
        Assert.Null(reader.Error);
        Assert.False(reader.TryRead(out var tag));
        Assert.True(tag.Name.IsEmpty);
        var error = reader.Error;
        Assert.False(reader.TryRead(out _));
        Assert.Same(error, reader.Error);
        Assert.Equal((SyntaxErrorCode.Malformed, 4), (error!.Code, error.Position));
    }

    private static void Check(string text)
    {
        var (expected, found) = (Plainly(text), Read(text));
        if (expected != found)
        {
            Assert.Fail($"'{text}' reads as {found} and not as {expected}");
        }
    }

    private static string Read(string text)
    {
        var shown = string.Empty;
        var reader = new TagListReader(text);
        while (reader.TryRead(out var tag))
        {
            shown += $"{tag.Name}@{tag.NamePosition}={tag.Value}@{tag.ValuePosition}|";
        }

        return shown + (reader.Error is { } error ? $"{error.Code}@{error.Position} {error.Reason}" : null);
    }

    private static string Plainly(string text)
    {
        var (shown, place) = (string.Empty, 0);
        while (true)
        {
            place = Past(text, place);
            if (place == text.Length)
            {
                return shown;
            }

            var name = string.Concat(text[place..].TakeWhile(static (c, index) => Alpha.Contains(c, StringComparison.Ordinal) || (index > 0 && "0123456789_".Contains(c, StringComparison.Ordinal))));
            if (name.Length == 0)
            {
                return shown + $"Malformed@{place} a tag name must start with a letter (RFC 6376 section 3.2)";
            }

            var equals = Past(text, place + name.Length);
            if (equals == text.Length || text[equals] != '=')
            {
                return shown + $"Malformed@{equals} a tag name must be followed by \"=\" (RFC 6376 section 3.2)";
            }

            var start = Past(text, equals + 1);
            var value = string.Concat(text[start..].TakeWhile(static c => c != ';'));
            shown += $"{name}@{place}={value.TrimEnd(' ', '\t', '\r', '\n')}@{start}|";
            place = Math.Min(text.Length, start + value.Length + 1);
        }
    }

    private static int Past(string text, int place) => place + text[place..].TakeWhile(static c => c is ' ' or '\t' or '\r' or '\n').Count();
}
