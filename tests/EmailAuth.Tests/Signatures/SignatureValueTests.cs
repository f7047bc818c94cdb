using System.Text;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Where the value of b= is, in every short text and with every octet around its name.</summary>
public class SignatureValueTests
{
    [Fact]
    public void In_every_short_text_the_value_is_where_the_tags_say()
    {
        foreach (var text in ShortTexts.Of("b=; \r\na", 5))
        {
            AssertFound(text);
        }
    }

    [Fact]
    public void Only_white_space_may_stand_around_the_name()
    {
        for (var octet = 0; octet < 256; octet++)
        {
            var c = (char)octet;
            foreach (var text in (string[])[$"a=1;{c}b=2;c=3", $"a=1;b{c}=2;c=3", $"a=1;{c}=2;b=3", $"a=1{c}b=2", $"a=1;b{c}2;c=3", $"{c}b = 2", $"b={c}", $"b{c}"])
            {
                AssertFound(text);
            }
        }
    }

    [Theory]
    [InlineData("v=1; b=abc; d=x", "v=1; b=; d=x")]
    [InlineData("b=abc", "b=")]
    [InlineData("d=x; b=", "d=x; b=")]
    [InlineData("d=x; c=b", "d=x; c=b")]
    [InlineData("b=1; b=2", "b=; b=2")]
    public void It_is_left_out_of_what_is_signed(string value, string expected)
    {
        foreach (var canonicalization in Enum.GetValues<SignatureCanonicalization>())
        {
            using var canonical = new CanonicalHeader(canonicalization);
            canonical.AppendSignature(HeaderBlock.Parse(TestSigner.Bytes($"s:{value}\r\n"))[0]);
            Assert.Equal("s:" + expected, Encoding.ASCII.GetString(canonical.Written));
        }
    }

    private static void AssertFound(string text)
    {
        var (expected, start, end) = Plain(text);
        var found = SignatureValue.TryFind(TestSigner.Bytes(text), out var foundStart, out var foundEnd);
        if ((expected, start, end) != (found, foundStart, foundEnd))
        {
            Assert.Fail($"\"{text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\": {(found, foundStart, foundEnd)}, not {(expected, start, end)}");
        }
    }

    // RFC 6376 section 3.2: the first tag whose name is b, whatever is around it.
    private static (bool IsFound, int Start, int End) Plain(string text)
    {
        var position = 0;
        foreach (var tag in text.Split(';'))
        {
            var equals = tag.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0 && tag[..equals].Trim(' ', '\t', '\r', '\n') == "b")
            {
                return (true, position + equals + 1, position + tag.Length);
            }

            position += tag.Length + 1;
        }

        return (false, text.Length, text.Length);
    }
}
