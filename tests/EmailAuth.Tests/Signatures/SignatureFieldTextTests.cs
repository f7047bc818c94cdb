using EmailAuth.Signatures;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>How a signature field is folded: every length of its parts around the end of a line of 76 octets.</summary>
public class SignatureFieldTextTests
{
    [Fact]
    public void A_tag_stays_on_the_line_up_to_76_octets()
    {
        for (var length = 0; length < 160; length++)
        {
            var value = new string('v', length);
            var text = new SignatureFieldText("Name").Tag("a", value).Tag("t", 12).Unsigned();
            var first = "Name: a=" + value + ";";
            var lines = first.Length <= 76 ? first : $"Name:\r\n a={value};";
            var column = first.Length <= 76 ? first.Length : length + 4;
            Assert.Equal(lines + (column + 6 <= 76 ? " t=12;" : "\r\n t=12;") + "\r\n b=", text);
        }
    }

    [Fact]
    public void Names_are_folded_after_a_colon()
    {
        for (var length = 1; length < 90; length++)
        {
            var name = new string('n', length);
            var text = new SignatureFieldText("Name").FieldNames([name, "to", "x"]).Unsigned();
            var first = $"Name: h={name}:";
            var (lines, column) = first.Length <= 76 ? (first, first.Length) : ($"Name:\r\n h={name}:", length + 4);
            (lines, column) = column + 3 <= 76 ? (lines + "to:", column + 3) : (lines + "\r\n to:", 4);
            lines += column + 2 <= 76 ? "x;" : "\r\n x;";
            Assert.Equal(lines + "\r\n b=", text);
        }

        Assert.Equal("Name: h=from;\r\n b=", new SignatureFieldText("Name").FieldNames(["from"]).Unsigned());
        Assert.Equal("Name:\r\n b=", new SignatureFieldText("Name").FieldNames([]).Unsigned());
        Assert.Equal("Name: h=a:b;\r\n b=", new SignatureFieldText("Name").FieldNames(["a", "b"]).Unsigned());
    }

    // A piece leaves room for the semicolon or the next piece's mark behind it.
    [Fact]
    public void Pieces_are_folded_between_each_other()
    {
        for (var length = 1; length < 90; length++)
        {
            var piece = new string('p', length);
            var text = new SignatureFieldText("Name").Pieces("i", [piece, "@b", "c"]).Tag("t", 1).Unsigned();
            var first = $"Name: i={piece}";
            var (lines, column) = first.Length <= 76 ? (first, first.Length) : ($"Name:\r\n i={piece}", length + 3);
            (lines, column) = column + 3 <= 76 ? (lines + "@b", column + 2) : (lines + "\r\n @b", 3);
            (lines, column) = column + 2 <= 76 ? (lines + "c", column + 1) : (lines + "\r\n c", 2);
            lines += ";" + (column + 1 + 5 <= 76 ? " t=1;" : "\r\n t=1;");
            Assert.Equal(lines + "\r\n b=", text);
        }

        Assert.Equal("Name: i=@x;\r\n b=", new SignatureFieldText("Name").Pieces("i", ["@x"]).Unsigned());
    }

    [Fact]
    public void A_signature_has_72_characters_in_each_line()
    {
        for (var length = 0; length < 180; length++)
        {
            var signature = Enumerable.Range(0, length).Select(static i => (byte)i).ToArray();
            var lines = Convert.ToBase64String(signature).Chunk(72).Select(static line => new string(line));
            Assert.Equal("b=" + string.Join("\r\n  ", lines), SignatureFieldText.Signed("b=", signature));
        }
    }
}
