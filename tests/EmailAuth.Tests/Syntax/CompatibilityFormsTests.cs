using System.Text;
using EmailAuth.Results;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>Characters beyond ASCII that a reader maps to ASCII, and our name written with each of them.</summary>
public class CompatibilityFormsTests
{
    private static IEnumerable<(Rune Character, string Form)> All =>
        from code in Enumerable.Range(0, 0x110000)
        where Rune.IsValid(code) && CompatibilityForms.Of(code) is not null
        select (new Rune(code), CompatibilityForms.Of(code)!);

    [Theory]
    [InlineData(0x00aa, "a")]
    [InlineData(0x00df, "ss")]
    [InlineData(0x037e, ";")]
    [InlineData(0x2024, ".")]
    [InlineData(0x212f, "e")]
    [InlineData(0x217f, "m")]
    [InlineData(0x213b, "fax")]
    [InlineData(0x2474, "(1)")]
    [InlineData(0x2487, "(20)")]
    [InlineData(0x2488, "1.")]
    [InlineData(0x24cd, "x")]
    [InlineData(0x24e7, "x")]
    [InlineData(0x33c2, "a.m.")]
    [InlineData(0xfb01, "fi")]
    [InlineData(0xfe68, "\\")]
    [InlineData(0xff02, "\"")]
    [InlineData(0xff5e, "~")]
    [InlineData(0x1d431, "x")]
    [InlineData(0x1d7ff, "9")]
    [InlineData(0x1ccd6, "a")]
    [InlineData(0x1fbf9, "9")]
    [InlineData('a', null)]
    [InlineData(0x00a9, null)]
    [InlineData(0x00ab, null)]
    [InlineData(0x00e9, null)]
    [InlineData(0x1d455, null)] // not assigned: the Planck constant has this place
    [InlineData(0x1fbfa, null)]
    [InlineData(0x10ffff, null)]
    [InlineData(-1, null)]
    public void A_character_has_a_form_in_ASCII_or_none(int code, string? form) => Assert.Equal(form, CompatibilityForms.Of(code));

    [Fact]
    public void Every_form_is_printable_ASCII_in_lower_case()
    {
        Assert.Equal(1429, All.Count());
        Assert.All(All, static entry =>
        {
            Assert.InRange(entry.Form.Length, 1, CompatibilityForms.MaxLength);
            Assert.True(entry.Character.Value >= 0x80 && entry.Form.All(static c => c is >= '!' and <= '~' && !char.IsAsciiLetterUpper(c)), $"{entry.Character.Value:x}");
        });
    }

    [Theory]
    [InlineData("mx.exampl\u212f.org", "mx.example.org")]
    [InlineData("\U0001d426\U0001d431.org", "mx.org")]
    [InlineData("\ufb01\u00e9\u2488", "fi\u00e91.")]
    [InlineData("\ud800\u24e7\udc00", "\ud800x\udc00")] // halves of characters stay
    [InlineData("\u24e7\ud835", "x\ud835")]
    [InlineData("mx.example.org", null)]
    [InlineData("b\u00fccher\U0001f600\ud800", null)]
    [InlineData("", null)]
    public void A_text_is_mapped_where_it_has_such_characters(string text, string? mapped) => Assert.Equal(mapped, CompatibilityForms.Map(text));

    // A form with other characters than these is no part of a name; the dot is, except at the end.
    [Fact]
    public void Our_name_is_found_with_any_such_character_in_it()
    {
        var wrong = new List<string>();
        foreach (var (character, form) in All.Where(static entry => entry.Form.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')))
        {
            var claim = new AuthservIdClaim($"m{form}x.example.org");
            var name = $"m{character}x.example.org";
            string[] fields =
            [
                $"{name}; dkim=pass", $" {name} 1; dkim=pass", $"\"{name}\"; dkim=pass", $"(a) m(b){character}x.example.org; dkim=pass", $"o; {name}; dkim=pass",
                $"i=1; {name}; dkim=pass", $"=?utf-8?b?{Convert.ToBase64String(Encoding.UTF8.GetBytes(name))}?=; dkim=pass", $"\u00e9{name}; dkim=pass",
            ];
            wrong.AddRange(fields.Where(field => claim.ReasonFor(Encoding.UTF8.GetBytes(field)) is null).Select(field => $"U+{character.Value:X4}: {field}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(30)));
    }
}
