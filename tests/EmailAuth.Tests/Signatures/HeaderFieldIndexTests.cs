using System.Text;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Fields by name, against a plain search of the header from the bottom up.</summary>
public class HeaderFieldIndexTests
{
    public static TheoryData<string> Headers => new()
    {
        "",
        "a:1\r\n",
        "a:1\r\nA:2\r\na :3\r\n",
        "a:1\r\nb:2\r\na:3\r\nno field\r\nB:4\r\n: x\r\nc:5\r\na:6\r\n",
        string.Concat(Enumerable.Range(0, 15).Select(static i => $"x{i % 7}: {i}\r\n")),
        string.Concat(Enumerable.Range(0, 16).Select(static i => $"x{i}: {i}\r\n")),
        string.Concat(Enumerable.Range(0, 17).Select(static i => $"x{i}: {i}\r\n")),
        string.Concat(Enumerable.Range(0, 33).Select(static i => $"x{i / 2}: {i}\r\n")),
        string.Concat(Enumerable.Range(0, 300).Select(static i => $"x{i % 50}: {i}\r\n")),
    };

    // A hash has 32 bits and differs from process to process: of some hundred thousand names two have the same.
    [Fact]
    public void Two_names_with_one_hash_are_told_apart()
    {
        var names = new Dictionary<int, string>();
        var number = 0;
        while (names.TryAdd(HeaderFieldIndex.HashOf($"x{number}"), $"x{number}"))
        {
            number++;
        }

        var (first, second) = (names[HeaderFieldIndex.HashOf($"x{number}")], $"x{number}");
        using var index = new HeaderFieldIndex(HeaderBlock.Parse(TestSigner.Bytes($"{first}: 1\r\n{second}: 2\r\n{first}: 3\r\n\r\n")));
        Assert.Equal((2, 2, 0), (index.CountOf(first), index.LowestOf(first), index.Above(2)));
        Assert.Equal((1, 1, -1), (index.CountOf(second), index.LowestOf(second), index.Above(1)));
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public void Each_name_is_selected_from_the_bottom_up(string text)
    {
        var header = HeaderBlock.Parse(TestSigner.Bytes(text + "\r\n"));
        using var index = new HeaderFieldIndex(header);
        Assert.Same(header, index.Header);
        var names = Enumerable.Range(0, header.Count).Select(field => Encoding.ASCII.GetString(header[field].Name).ToLowerInvariant()).ToArray();
        foreach (var name in names.Where(static name => name.Length > 0).Distinct().Append("absent").Append("x"))
        {
            var fields = Enumerable.Range(0, names.Length).Where(field => names[field] == name).Reverse().ToArray();
            var hash = HeaderFieldIndex.HashOf(name);
            Assert.Equal(fields.Length, index.CountOf(name));
            Assert.Equal(fields is [var lowest, ..] ? lowest : -1, index.LowestOf(name));
            Assert.Equal(index.LowestOf(name), index.LowestOf(name, hash));
            for (var place = 0; place < fields.Length; place++)
            {
                Assert.Equal(place + 1 < fields.Length ? fields[place + 1] : -1, index.Above(fields[place]));
            }

            // Each field in turn is the signature's own.
            foreach (var except in fields.Append(-1).Append(names.Length))
            {
                index.BeginSelection();
                foreach (var expected in fields.Where(field => field != except))
                {
                    Assert.True(index.HasUnselected(name));
                    Assert.True(index.HasUnselected(name, hash));
                    Assert.Equal(expected, index.SelectNext(name, except));
                }

                Assert.Equal(-1, index.SelectNext(name, except));
                Assert.Equal(-1, index.SelectNext(name, except));
                Assert.False(index.HasUnselected(name));
                Assert.False(index.HasUnselected(name, hash));
            }

            index.BeginSelection();
            Assert.Equal(fields.Length > 0, index.HasUnselected(name));
        }
    }

    [Fact]
    public void Lines_that_are_no_fields_have_no_name()
    {
        using var index = new HeaderFieldIndex(HeaderBlock.Parse("no field\r\n: x\r\na b: c\r\na: 1\r\n\r\n"u8.ToArray()));
        Assert.Equal((0, 0, 0, 1), (index.CountOf(""), index.CountOf("no field"), index.CountOf("a b"), index.CountOf("a")));
        Assert.Equal((-1, -1, 3), (index.LowestOf(""), index.SelectNext("", -1), index.SelectNext("a", -1)));
    }

    // Names up to 128 octets are made lower case on the stack.
    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(130)]
    [InlineData(500)]
    public void Names_of_any_length_are_told_apart(int length)
    {
        var name = new string('N', length);
        var header = HeaderBlock.Parse(TestSigner.Bytes($"{name}: 1\r\nM{name}: 2\r\n{name.ToLowerInvariant()}: 3\r\n{name}M: 4\r\nshort: 5\r\n\r\n"));
        using var index = new HeaderFieldIndex(header);
        var lower = name.ToLowerInvariant();
        Assert.Equal((2, 1, 1, 1), (index.CountOf(lower), index.CountOf("m" + lower), index.CountOf(lower + "m"), index.CountOf("short")));
        Assert.Equal((2, 1, 3, 4), (index.LowestOf(lower), index.LowestOf("m" + lower), index.LowestOf(lower + "m"), index.LowestOf("short")));
    }

    [Fact]
    public void Arrays_go_back_once()
    {
        var index = new HeaderFieldIndex(HeaderBlock.Parse("a: 1\r\n\r\n"u8.ToArray()));
        index.Dispose();
        index.Dispose();
        using var other = new HeaderFieldIndex(HeaderBlock.Parse("b: 1\r\n\r\n"u8.ToArray()));
        using var another = new HeaderFieldIndex(HeaderBlock.Parse("c: 1\r\n\r\n"u8.ToArray()));
        Assert.Equal((1, 0, 1, 0), (other.CountOf("b"), other.CountOf("c"), another.CountOf("c"), another.CountOf("b")));
    }
}
