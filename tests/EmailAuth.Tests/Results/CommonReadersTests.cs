using EmailAuth.Results;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>What existing readers know, and that what is written for them has nothing else.</summary>
public class CommonReadersTests
{
    private static readonly string[] Known =
    [
        "spf smtp.mailfrom", "spf smtp.helo",
        "dkim header.d", "dkim header.i", "dkim header.s", "dkim header.a", "dkim header.b",
        "arc header.oldest-pass", "arc smtp.remote-ip",
        "dmarc header.from", "dmarc policy.dmarc",
        "iprev policy.iprev",
    ];

    private static readonly string[] Types = ["smtp", "header", "policy", "body"];

    private static readonly string[] Names = ["mailfrom", "helo", "d", "i", "s", "a", "b", "c", "oldest-pass", "remote-ip", "from", "dmarc", "iprev", "published-domain-policy"];

    private static string[] Methods => [.. CommonReaders.RegisteredMethods, "made-up", ""];

    [Fact]
    public void They_know_five_methods_and_a_few_properties_of_each()
    {
        Assert.Equal(["arc", "dkim", "dmarc", "iprev", "spf"], Methods.Where(CommonReaders.Know).Order(StringComparer.Ordinal));
        var found = from method in Methods
                    from type in Types
                    from name in Names
                    where CommonReaders.Know(method, new ResultProperty(type, name, "x"))
                    select $"{method} {type}.{name}";
        Assert.Equal(Known.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void They_take_several_results_of_every_method_but_spf() =>
        Assert.Equal("spf", Assert.Single(Methods, static method => !CommonReaders.TakeSeveral(method)));

    [Fact]
    public void They_know_all_of_a_result_when_they_know_each_property()
    {
        var (known, unknown) = (new ResultProperty("header", "d", "x"), new ResultProperty("header", "x", "x"));
        Assert.True(CommonReaders.KnowAll(new MethodResult { Method = "dkim", Result = "pass" }));
        Assert.True(CommonReaders.KnowAll(new MethodResult { Method = "dkim", Result = "pass", Properties = [known, known] }));
        Assert.False(CommonReaders.KnowAll(new MethodResult { Method = "dkim", Result = "pass", Properties = [known, unknown] }));
        Assert.False(CommonReaders.KnowAll(new MethodResult { Method = "bimi", Result = "pass", Properties = [known] }));
    }

    [Theory]
    [InlineData("Exact", "; spf=pass smtp.mailfrom=a smtp.x=b; spf=fail smtp.helo=c; bimi=pass header.d=d; dkim=pass header.d=e; dkim=pass header.i=\"\\\"\" header.b=g; spf=none")]
    [InlineData("Common", "; spf=pass smtp.mailfrom=a; dkim=pass header.d=e; dkim=pass header.b=g; spf=none")]
    [InlineData("Extended", "; spf=pass smtp.mailfrom=a smtp.x=b; spf=fail smtp.helo=c; bimi=pass header.d=d; dkim=pass header.d=e; dkim=pass header.b=g; spf=none")]
    public void A_form_leaves_out_what_its_readers_do_not_know(string form, string expected)
    {
        MethodResult[] results =
        [
            Result("spf", "pass", ("smtp", "mailfrom", "a"), ("smtp", "x", "b")),
            Result("spf", "fail", ("smtp", "helo", "c")),
            Result("bimi", "pass", ("header", "d", "d")),
            Result("dkim", "pass", ("header", "d", "e")),
            Result("dkim", "pass", ("header", "i", "\""), ("header", "b", "g")),
            Result("spf", "none"),
        ];
        Assert.Equal(expected, Write(form, keepsUnicode: false, results));
    }

    [Theory]
    [InlineData("Exact", false, "(é \\(c\\)) reason=\"é (r) \\\"\" smtp.mailfrom=\"é\" header.i=\"é\" policy.i=\"é\"")]
    [InlineData("Exact", true, "(é \\(c\\)) reason=\"é (r) \\\"\" smtp.mailfrom=\"é\" header.i=\"é\" policy.i=\"é\"")]
    [InlineData("Extended", false, "(? [c]) reason=\"? (r) '\" smtp.mailfrom=\"?\" policy.i=\"?\"")]
    [InlineData("Extended", true, "(? [c]) reason=\"? (r) '\" smtp.mailfrom=\"é\" header.i=\"é\" policy.i=\"é\"")]
    public void A_form_for_simple_readers_has_plain_texts(string form, bool keepsUnicode, string expected)
    {
        var result = new MethodResult
        {
            Method = "spf",
            Result = "pass",
            Comment = "é (c)",
            Reason = "é (r) \"",
            Properties = [new("smtp", "mailfrom", "é"), new("header", "i", "é"), new("policy", "i", "é")],
        };
        Assert.Equal($"; spf=pass {expected}", Write(form, keepsUnicode, result));
    }

    // The grammar allows an empty reason; an empty comment says nothing to anybody.
    [Theory]
    [InlineData("Exact", "", "", " reason=\"\"")]
    [InlineData("Exact", " \t", " ", " reason=\" \"")]
    [InlineData("Exact", null, null, "")]
    [InlineData("Extended", "", "", "")]
    [InlineData("Extended", " \t", " ", "")]
    [InlineData("Extended", "c", "r", " (c) reason=r")]
    [InlineData("Common", "c", " ", " (c)")]
    [InlineData("Common", " ", "r", " reason=r")]
    public void What_says_nothing_is_left_out(string form, string? comment, string? reason, string expected) =>
        Assert.Equal($"; spf=pass{expected}", Write(form, keepsUnicode: false, new MethodResult { Method = "spf", Result = "pass", Comment = comment, Reason = reason }));

    // 400 octets of each text; a longer reason loses its parentheses, because one of them could be cut off.
    [Fact]
    public void Texts_have_400_octets_in_every_form()
    {
        var (fits, exceeds) = ($"({new string('x', 398)})", $"({new string('x', 399)})");
        var result = new MethodResult { Method = "spf", Result = "pass", Reason = fits, Properties = [new("smtp", "mailfrom", new string('y', 400)), new("smtp", "helo", new string('z', 401))] };
        Assert.Equal($"; spf=pass reason=\"{fits}\" smtp.mailfrom={new string('y', 400)} smtp.helo=\"{new string('z', 397)}...\"", Write("Common", keepsUnicode: false, result));
        result = new MethodResult { Method = "spf", Result = "pass", Reason = exceeds, Comment = new string('c', 401) };
        Assert.Equal($"; spf=pass ({new string('c', 397)}...) reason=\"[{new string('x', 396)}...\"", Write("Common", keepsUnicode: false, result));
    }

    private static MethodResult Result(string method, string result, params (string Type, string Name, string Value)[] properties) =>
        new() { Method = method, Result = result, Properties = [.. properties.Select(static p => new ResultProperty(p.Type, p.Name, p.Value))] };

    private static string Write(string form, bool keepsUnicode, params MethodResult[] results)
    {
        var written = AuthenticationResultsWriter.WriteField(new AuthenticationResults { AuthservId = "a", Results = [.. results] }, Enum.Parse<ResultsForm>(form), keepsUnicode);
        Assert.StartsWith("Authentication-Results: a;", written, StringComparison.Ordinal);
        return written["Authentication-Results: a".Length..].Replace("\r\n", string.Empty, StringComparison.Ordinal);
    }
}
