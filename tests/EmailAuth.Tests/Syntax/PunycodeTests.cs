using EmailAuth.Syntax;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Syntax;

public class PunycodeTests
{
    // RFC 3492 section 7.1, in small letters where it mixes them.
    [Theory]
    [InlineData("\u0644\u064a\u0647\u0645\u0627\u0628\u062a\u0643\u0644\u0645\u0648\u0634\u0639\u0631\u0628\u064a\u061f", "egbpdaj6bu4bxfgehfvwxn")]
    [InlineData("\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587", "ihqwcrb4cv8a8dqg056pqjye")]
    [InlineData("\u043f\u043e\u0447\u0435\u043c\u0443\u0436\u0435\u043e\u043d\u0438\u043d\u0435\u0433\u043e\u0432\u043e\u0440\u044f\u0442\u043f\u043e\u0440\u0443\u0441\u0441\u043a\u0438", "b1abfaaepdrnnbgefbadotcwatmq2g4l")]
    [InlineData("3\u5e74b\u7d44\u91d1\u516b\u5148\u751f", "3b-ww4c5e180e575a65lsy2b")]
    [InlineData("\u5b89\u5ba4\u5948\u7f8e\u6075-with-super-monkeys", "-with-super-monkeys-pc58ag80a8qai00g7n9n")]
    [InlineData("\u305d\u306e\u30b9\u30d4\u30fc\u30c9\u3067", "d9juau41awczczp")]
    [InlineData("b\u00fccher", "bcher-kva")]
    [InlineData("\u00fc", "tda")]
    [InlineData("\ud83d\udca9", "ls8h")]
    [InlineData("example", "example-")]
    [InlineData("\ud85c\udc00\ud85c\udc01", "qk4kca")] // the first distance is just past the bound of section 6.1
    public void The_examples_of_RFC_3492_go_both_ways(string label, string text)
    {
        Assert.Equal(text, Encode(CodePoints(label)));
        Assert.Equal(CodePoints(label), Decode(text));
    }

    [Theory]
    [InlineData("99999999")] // past the last code point
    [InlineData("z")] // a number that goes on
    [InlineData("-")]
    [InlineData("-a")]
    [InlineData("a-b_c")] // an underscore is no digit
    [InlineData("99999999999999999999999999999999999999999999999999999999")]
    public void Text_that_is_not_Punycode_is_refused(string text) => Assert.Null(Decode(text));

    [Fact]
    public void A_surrogate_is_not_a_character() => Assert.Null(Decode(Encode([0xD800])));

    [Fact]
    public void A_label_or_a_text_without_room_is_refused()
    {
        Assert.False(Punycode.TryEncode([0xFC, 0xFC], stackalloc char[2], out _));
        Assert.False(Punycode.TryEncode([0x61, 0x62], stackalloc char[1], out _));
        Assert.False(Punycode.TryEncode([0x61, 0x62], stackalloc char[2], out _)); // without room for the hyphen
        Assert.True(Punycode.TryEncode([0x61, 0x62], stackalloc char[3], out _));
        Assert.False(Punycode.TryDecode("tdaa", stackalloc int[1], out _));
        Assert.False(Punycode.TryDecode("bcher-kva", stackalloc int[4], out _));
    }

    [Property(MaxTest = 2000)]
    public void What_is_encoded_decodes_to_the_same(DoNotSize<int> seed)
    {
        var random = new System.Random(seed.Item);
        int[] limits = [0x80, 0x300, 0x3000, 0xD800, 0x110000];
        var label = Enumerable.Range(0, random.Next(1, 20))
            .Select(_ => random.Next(limits[random.Next(limits.Length)]))
            .Select(code => code is >= 0xD800 and <= 0xDFFF ? 'x' : code).ToArray();
        Assert.Equal(label, Decode(Encode(label)));
    }

    [Property(MaxTest = 2000)]
    public void No_text_makes_decoding_throw(NonNull<string> text) => Decode(text.Get);

    private static string Encode(int[] label)
    {
        var text = new char[400];
        Assert.True(Punycode.TryEncode(label, text, out var length));
        return new string(text, 0, length);
    }

    private static int[]? Decode(string text)
    {
        var label = new int[400];
        return Punycode.TryDecode(text, label, out var length) ? label[..length] : null;
    }

    private static int[] CodePoints(string text) => [.. text.EnumerateRunes().Select(rune => rune.Value)];
}
