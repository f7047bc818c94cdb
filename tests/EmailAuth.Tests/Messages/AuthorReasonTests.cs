using System.Text;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>Each cause of an unusable author domain has a code of its own, and each code is reached by an input.</summary>
public class AuthorReasonTests
{
    private static readonly (string Header, string? Code)[] Rows =
    [
        ("From: a@example.com\r\n", null),
        ("From: a@example.com, b@example.com\r\n", null),
        ($"X: {new string('x', 2000)}\r\nFrom: a@example.com\r\n", "header_limit"),
        ("Subject: x\r\n", "no_field"),
        ("From: a@example.com\r\nFrom: a@example.com\r\n", "several_fields"),
        ("From: a@example.com b@example.com\r\n", "field_syntax"),
        ("From: a(\r\n", "field_syntax"),
        ("From: nobody:;\r\n", "no_address"),
        ("From: a@example.com, b@example.net\r\n", "several_domains"),
        ("From: a@[192.0.2.1]\r\n", "unusable_domain"),
        ("From: a@xn--example-.com\r\n", "unusable_domain"),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Rows.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void An_input_has_its_code(int row)
    {
        var (header, code) = Rows[row];
        var author = Author.Find(HeaderBlock.Parse(Encoding.ASCII.GetBytes(header), new MessageLimits { MaxHeaderBytes = 1024 }));
        Assert.Equal(code, author.ReasonCode);
        Assert.Equal((code is null, code is null), (author.Reason is null, author.Domain is not null));
    }

    [Fact]
    public void An_author_that_the_caller_made_has_the_code_other_if_it_has_a_reason()
    {
        Assert.Equal("other", new Author { Reason = "by hand" }.ReasonCode);
        Assert.Null(new Author().ReasonCode);
    }

    [Fact]
    public void The_inputs_reach_every_code() => Assert.Equal(
        Enum.GetValues<AuthorDefect>().Select(defect => defect.Keyword()).Order(StringComparer.Ordinal),
        Rows.Select(row => row.Code).OfType<string>().Append("other").Distinct().Order(StringComparer.Ordinal));
}
