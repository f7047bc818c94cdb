using System.Collections.Immutable;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Removal;
using EmailAuth.Results;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>Where rules of reading and removing results end.</summary>
public class ResultsEdgeTests
{
    [Fact]
    public void Comments_are_read_in_every_way_that_there_is() => Assert.Equal(8, CommentReading.All.Distinct().Count());

    // RFC 2047 section 2: the encoding is B or Q, in either case.
    [Theory]
    [InlineData("=?utf-8?B?bXguZXhhbXBsZS5vcmc=?=")]
    [InlineData("=?utf-8?b?bXguZXhhbXBsZS5vcmc=?=")]
    [InlineData("=?utf-8?Q?mx.example.org?=")]
    [InlineData("=?utf-8?q?mx.example.org?=")]
    public void Our_authserv_id_is_found_within_an_encoded_word(string id) => Assert.Single(Forged($"{id}; spf=pass"));

    [Theory]
    [InlineData("=?utf-8?x?mx.example.org?=")]
    [InlineData("=?utf-8?q?other.example?=")]
    public void Another_one_is_not_ours(string id) => Assert.Empty(Forged($"{id}; spf=pass"));

    [Fact]
    public void A_stray_parenthesis_before_the_claim_hides_nothing() => Assert.Single(Forged(") mx.example.org; spf=pass"));

    [Theory]
    [InlineData("a=?utf-8?q??=b", "ab")]
    [InlineData("=?utf-8?q?a\tb?=", "a b")]
    [InlineData("=?utf-8?q?a\r\n b?=", "a b")]
    public void Encoded_words_are_read_as_lenient_readers_do(string text, string expected) => Assert.Equal(expected, EncodedWords.Decode(text));

    // RFC 8617 section 4.1.1 allows comments and white space around the instance.
    [Theory]
    [InlineData("i=1; mx.example; spf=pass", 1)]
    [InlineData("i= 1; mx.example; spf=pass", 1)]
    [InlineData("i=\t(x) 50 ; mx.example; spf=pass", 50)]
    [InlineData("i=x; mx.example; spf=pass", null)]
    [InlineData("i=0; mx.example; spf=pass", null)]
    public void An_instance_is_a_number_from_1(string text, int? expected) => Assert.Equal(expected, AuthenticationResultsReader.Parse(text).Value?.Instance);

    [Fact]
    public void A_value_of_just_the_limit_is_read_in_octets_and_in_characters()
    {
        const string Start = "mx.example; none (";
        var options = new AuthenticationResultsReaderOptions { MaxLength = 1024 };
        var exact = Start + new string('x', 1024 - Start.Length - 1) + ")";
        Assert.NotNull(AuthenticationResultsReader.Parse(exact, options).Value);
        Assert.NotNull(AuthenticationResultsReader.Parse(Encoding.UTF8.GetBytes(exact), options).Value);
        Assert.Null(AuthenticationResultsReader.Parse(exact + " ", options).Value);

        // Fewer characters than the limit, and more octets.
        var wide = Encoding.UTF8.GetBytes(Start + new string('ä', 600) + ")");
        Assert.Null(AuthenticationResultsReader.Parse(wide, options).Value);
    }

    [Fact]
    public void Text_between_two_quoted_strings_is_not_the_content_of_one()
    {
        var parsed = AuthenticationResultsReader.Parse("mx.example; spf=pass smtp.mailfrom=\"a\"@\"b\"").Value;
        Assert.DoesNotContain(parsed?.Results ?? [], result => result.Properties.Any(property => property.Value == "a\"@\"b"));
    }

    private static ImmutableArray<FieldToRemove> Forged(string value)
    {
        var header = HeaderBlock.Parse(Encoding.UTF8.GetBytes($"Authentication-Results: {value}\r\n\r\n"));
        return ArrivingResultFields.Find(header, "mx.example.org");
    }
}
