using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Which fields a signature leaves open in a copy that differs, for each field that may be there once and each way to have it twice.</summary>
public class FieldCopiesTests
{
    private static readonly string All = string.Join(' ', SingleFields.Names);

    public static TheoryData<string> Names => [.. SingleFields.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_field_is_open_when_a_copy_differs_and_is_not_selected(string name)
    {
        Assert.Equal(name, Open($"{name}: a\r\n{name}: b\r\n", name));
        Assert.Equal(name, Open($"{name}: b\r\nX: 1\r\n{name.ToUpperInvariant()} :a\r\nY: 1\r\n{name}: a\r\n", All));
        Assert.Equal("", Open($"{name}: a\r\n{name}: b\r\n", $"{name} {name}"));
        Assert.Equal("", Open($"{name}: a\r\n{name}: b\r\n", "from"));
        Assert.Equal("", Open($"{name}: a\r\n{name}:\r\n a\r\n", name));
        Assert.Equal("", Open($"{name}: a\r\n", name));
        Assert.Equal(name, Open($"{name}: a\r\n{name}: b\r\n{name}: b\r\n", $"{name} {name}"));
        Assert.Equal(name, Open($"{name}: b\r\n{name}: a\r\n{name}: b\r\n", name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_field_is_open_when_a_disguised_line_differs_whatever_is_selected(string name)
    {
        foreach (var line in (string[])[$"X: 1\n{name}: b\r\n", $"X: 1\r{name}: b\r\n", $"{name}\0: b\r\n", $"\u00a0{name}: b\r\n"])
        {
            Assert.Equal(name, Open($"{name}: a\r\n{line}", $"{name} {name} {name}"));
            Assert.Equal(name, Open($"{line}{name}: a\r\n", name));
            Assert.Equal(name, Open(line, name));
            Assert.Equal("", Open(line, "from"));
            var same = line.Replace(": b", ": a", StringComparison.Ordinal);
            Assert.Equal("", Open($"{name}: a\r\n{same}", name));
            Assert.Equal("", Open($"{same}Y: 1\r\n{name}: a\r\n", name));
        }
    }

    [Fact]
    public void Several_fields_are_open_each_for_itself()
    {
        var copies = string.Concat(SingleFields.Names.Select(static name => $"{name}: a\r\n{name}: b\r\n"));
        Assert.Equal(All, Open(copies, All));
        foreach (var left in SingleFields.Names)
        {
            Assert.Equal(left, Open(copies, left));
            Assert.Equal(string.Join(' ', SingleFields.Names.Where(name => name != left)), Open(copies, $"{All} {left}"));
        }

        Assert.Equal("subject to", Open("subject: a\r\nsubject: b\r\nto: a\r\nX: 1\nto: b\r\n", All));
        Assert.Equal("to", Open("subject: a\r\nX: 1\nto: b\r\n", All));
        Assert.Equal("", Open("X: 1\r\nX: 2\r\nfrom: a\r\nfrom: b\r\n", All + " x from"));
    }

    [Fact]
    public void The_names_of_sets_are_exact()
    {
        string[] names = ["subject", "to", "cc", "reply-to", "date", "content-type", "content-transfer-encoding", "mime-version", "message-id", "sender"];
        string[] spelled = ["Subject", "To", "Cc", "Reply-To", "Date", "Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Message-ID", "Sender"];
        Assert.Equal(names, SingleFields.Names);
        Assert.Equal(0xffu, SingleFields.Judged);
        for (var set = 0u; set < 1024; set++)
        {
            var bits = Enumerable.Range(0, 10).Where(bit => (set & (1 << bit)) != 0).ToArray();
            Assert.Equal(bits.Select(bit => names[bit]), SingleFields.Of(set));
            Assert.Equal(string.Join(", ", bits.Select(bit => spelled[bit])), SingleFields.Text(set));
        }
    }

    private static string Open(string header, string names)
    {
        using var fields = new HeaderFieldIndex(HeaderBlock.Parse(TestSigner.Bytes(header + "\r\n")));
        fields.BeginSelection();
        var split = names.Split(' ');
        foreach (var name in split)
        {
            fields.SelectNext(name, -1);
        }

        return string.Join(' ', SingleFields.Of(FieldCopies.Find(fields).LeftOpen(fields, [.. split])));
    }
}
