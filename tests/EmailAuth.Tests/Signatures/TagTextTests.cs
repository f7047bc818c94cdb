using EmailAuth.Signatures;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Control characters and folding in tags (RFC 6376 sections 2.8 and 3.2), in every short text and with every character.</summary>
public class TagTextTests
{
    [Fact]
    public void A_control_character_is_refused_wherever_it_stands()
    {
        for (var c = '\0'; c < 0x180; c++)
        {
            foreach (var before in (string[])["", "ab", "\r\n ", "a\r\n\t"])
            {
                foreach (var after in (string[])["", "b", " "])
                {
                    var error = TagText.Check(before + c + after);
                    if (c is (< ' ' and not '\t') or '\x7f')
                    {
                        Assert.Equal(
                            ($"the control character U+{(int)c:X4} is not allowed in a tag list (RFC 6376 section 3.2)", before.Length), (error?.Reason, error?.Position));
                    }
                    else
                    {
                        Assert.Null(error);
                    }
                }
            }
        }
    }

    [Fact]
    public void Only_folds_may_hold_line_ends()
    {
        foreach (var text in ShortTexts.Of("a \t\r\n", 5))
        {
            Assert.Equal(PlainFault(text), TagText.Check(text)?.Position ?? -1);
        }
    }

    [Fact]
    public void White_space_around_a_text_is_taken_off()
    {
        foreach (var text in ShortTexts.Of("ab \t\r\n", 5))
        {
            Assert.Equal(text.Trim(' ', '\t', '\r', '\n'), TagText.Trim(text).ToString());
        }

        for (var c = '\0'; c < 0x180; c++)
        {
            Assert.Equal(c is ' ' or '\t' or '\r' or '\n' ? "a" : $"{c}a{c}", TagText.Trim($" {c}a{c} ").ToString());
        }
    }

    // RFC 6376 section 2.8: CRLF before white space, or as the end of the field.
    private static int PlainFault(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] is '\r' or '\n')
            {
                if (text[index] != '\r' || index + 1 == text.Length || text[index + 1] != '\n' || (index + 2 < text.Length && text[index + 2] is not (' ' or '\t')))
                {
                    return index;
                }

                index++;
            }
        }

        return -1;
    }
}
