using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>Which words the writer takes, and where each part of a field is.</summary>
public class AuthenticationResultsWriterEdgeTests
{
    [Fact]
    public void A_keyword_has_letters_digits_hyphens_and_underscores() =>
        Assert.Equal("002d 0030-0039 0041-005a 005f 0061-007a", NumberRanges.OfCharacters(static c => Problem($"a{c}b", "b", "c", "d") is null && Problem($"{c}", "b", "c", "d") is null, 0x180));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_keyword_has_up_to_64_characters_and_its_role_is_named(int length, bool isKeyword)
    {
        var word = new string('k', length);
        string?[] problems = [Problem(word, "b", "c", "d"), Problem("a", word, "c", "d"), Problem("a", "b", word, "d"), Problem("a", "b", "c", word)];
        Assert.Equal(
            ((string[])["Method", "Result", "Type", "Name"]).Select(role => isKeyword ? null : $"{role} is not a keyword of RFC 8601 section 2.2: \"{word}\". (Parameter 'word')"),
            problems);
    }

    [Fact]
    public void A_null_is_not_a_keyword() =>
        Assert.Equal("Result is not a keyword of RFC 8601 section 2.2: \"\". (Parameter 'word')", Problem("a", null!, "c", "d"));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void A_field_has_an_authserv_id(string? authservId)
    {
        var field = new AuthenticationResults { AuthservId = authservId! };
        Assert.Equal("The authserv-id is empty. (Parameter 'results')", Assert.Throws<ArgumentException>(() => AuthenticationResultsWriter.WriteField(field)).Message);
        Assert.Equal("The authserv-id is empty. (Parameter 'results')", Assert.Throws<ArgumentException>(() => AuthenticationResultsWriter.WriteValue(field)).Message);
    }

    [Theory]
    [InlineData(null, null, "Authentication-Results: a;\r\n m=r p.n=v")]
    [InlineData(null, 0, "Authentication-Results: a 0;\r\n m=r p.n=v")]
    [InlineData(0, null, "ARC-Authentication-Results: i=0; a;\r\n m=r p.n=v")]
    [InlineData(7, 22, "ARC-Authentication-Results: i=7; a 22;\r\n m=r p.n=v")]
    public void The_instance_and_the_version_have_their_places(int? instance, int? version, string expected)
    {
        var field = new AuthenticationResults { AuthservId = "a", Instance = instance, Version = version, Results = [Result(new ResultProperty("p", "n", "v"))] };
        Assert.Equal(expected, AuthenticationResultsWriter.WriteField(field));
        Assert.Equal(expected[(expected.IndexOf(':', StringComparison.Ordinal) + 2)..], AuthenticationResultsWriter.WriteValue(field));
    }

    [Fact]
    public void A_list_that_was_not_made_is_an_empty_one()
    {
        Assert.Equal("a; none", AuthenticationResultsWriter.WriteValue(new AuthenticationResults { AuthservId = "a", Results = default }));
        Assert.Equal("a; none", AuthenticationResultsWriter.WriteValue(new AuthenticationResults { AuthservId = "a" }));
        Assert.Equal("a;\r\n m=r", AuthenticationResultsWriter.WriteValue(new AuthenticationResults { AuthservId = "a", Results = [new MethodResult { Method = "m", Result = "r", Properties = default }] }));
    }

    // The value is folded as it is behind the field's name: both break at the same places.
    [Theory]
    [InlineData("Authentication-Results: ", null)]
    [InlineData("ARC-Authentication-Results: ", 1)]
    public void A_value_breaks_where_it_breaks_in_its_field(string name, int? instance)
    {
        for (var length = 30; length < 54; length++)
        {
            var field = new AuthenticationResults { AuthservId = new string('a', length), Instance = instance, Version = 1 };
            var written = AuthenticationResultsWriter.WriteField(field);
            Assert.Equal(written, name + AuthenticationResultsWriter.WriteValue(field));
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{name}{(instance is null ? "" : "i=1; ")}{field.AuthservId} 1; none"), written.Replace("\r\n", "", StringComparison.Ordinal));
            Assert.All(written.Split("\r\n"), static line => Assert.InRange(line.Length, 1, 78));
        }
    }

    [Theory]
    [InlineData(32)]
    [InlineData(400)]
    [InlineData(800)]
    public void Every_text_is_cut_at_the_limit(int limit)
    {
        var options = new AuthenticationResultsWriterOptions { MaxTextLength = limit };
        var (fits, exceeds, cut) = (new string('x', limit), new string('x', limit + 1), new string('x', limit - 3) + "...");
        Assert.Equal($"{fits}; m=r ({fits}) reason={fits} p.n={fits}", Written(fits, options));
        Assert.Equal($"\"{cut}\"; m=r ({cut}) reason=\"{cut}\" p.n=\"{cut}\"", Written(exceeds, options));
        if (limit == 400)
        {
            Assert.Equal(Written(exceeds, options), Written(exceeds, AuthenticationResultsWriterOptions.Default));
            Assert.Equal(AuthenticationResultsWriter.WriteField(Field(exceeds), options), AuthenticationResultsWriter.WriteField(Field(exceeds)));
            Assert.Equal(AuthenticationResultsWriter.WriteValue(Field(exceeds), options), AuthenticationResultsWriter.WriteValue(Field(exceeds)));
        }
    }

    // A part of an identity says nothing; any other value is written with question marks.
    [Fact]
    public void Only_an_identity_that_is_not_plain_is_left_out()
    {
        var field = new AuthenticationResults
        {
            AuthservId = "a",
            Results = [new MethodResult { Method = "dkim", Result = "pass", Properties = [new ResultProperty("header", "d", "b"), new ResultProperty("header", "i", "c\"d@b"), new ResultProperty("header", "s", "e\"f")] }],
        };
        foreach (var form in (ResultsForm[])[ResultsForm.Common, ResultsForm.Extended])
        {
            var written = AuthenticationResultsWriter.WriteField(field, form, false).Replace("\r\n", "", StringComparison.Ordinal);
            Assert.Equal("Authentication-Results: a; dkim=pass header.d=b header.s=\"e?f\"", written);
        }
    }

    [Fact]
    public void A_property_equals_one_of_the_same_type_name_and_value()
    {
        var property = new ResultProperty("t", "n", "v");
        Assert.Equal(("t", "n", "v"), (property.Type, property.Name, property.Value));
        Assert.True(property.IsSameAs(new ResultProperty("t", "n", "v")));
        Assert.False(property.IsSameAs(new ResultProperty("x", "n", "v")));
        Assert.False(property.IsSameAs(new ResultProperty("t", "x", "v")));
        Assert.False(property.IsSameAs(new ResultProperty("t", "n", "x")));
    }

    private static string Written(string text, AuthenticationResultsWriterOptions options) =>
        AuthenticationResultsWriter.WriteValue(Field(text), options).Replace("\r\n", "", StringComparison.Ordinal);

    private static AuthenticationResults Field(string text) => new()
    {
        AuthservId = text,
        Results = [new MethodResult { Method = "m", Result = "r", Comment = text, Reason = text, Properties = [new ResultProperty("p", "n", text)] }],
    };

    private static MethodResult Result(params ImmutableArray<ResultProperty> properties) => new() { Method = "m", Result = "r", Properties = properties };

    private static string? Problem(string method, string result, string type, string name)
    {
        var field = new AuthenticationResults { AuthservId = "a", Results = [new MethodResult { Method = method, Result = result, Properties = [new ResultProperty(type, name, "v")] }] };
        return Record.Exception(() => AuthenticationResultsWriter.WriteValue(field)) is { } problem ? Assert.IsType<ArgumentException>(problem).Message : null;
    }
}
