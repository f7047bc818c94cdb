using System.Text;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>All that a field says, and all that is said of one that cannot be read.</summary>
public class AuthenticationResultsParserTests
{
    // Each has what the grammar allows somewhere; together they reach every rule.
    public static TheoryData<string, string, string> Fields => new()
    {
        { "whole", "i=1; a.b/c 1 (v); dkim/1=pass (ok) reason=\"x\" header.d=e", " ;=\"(\\" },
        { "comments", "(a) i (b) = (c) 2 (d) ; (e) m (f) 3 (g) ; (h) spf (i) / (j) 1 (k) = (l) fail (m) (n) smtp (o) . (p) helo (q) = (r) x (s) ;", ";(" },
        { "none", "a 1; none", " ;=\"(\\." },
        { "several", "\"a b\";spf=none;;dkim=x policy.x=\"y;z\"w;", " ;\"" },
        { "reasons", "a; A_b-9=C reason=p REASON=q action=none Policy.D=E x.y=", ".;" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Each_edit_of_a_field_is_read_or_refused(string name, string field, string others) =>
        ApprovedPage.Verify("results", $"field-{name}.txt", OneCharacterEdits.Outcomes(field, others, static (text, edit) => Outcome(text, edit: edit).Split(" (RFC ")[0]));

    [Theory]
    [InlineData("a; none", "a:")]
    [InlineData("a", "a:")]
    [InlineData("a;", "a:")]
    [InlineData("a;;", "a:")]
    [InlineData("a ; ; ", "a:")]
    [InlineData("a; NONE", "a:")]
    [InlineData("a; none;", "a:")]
    [InlineData("a; none ;; ", "a:")]
    [InlineData("a; none; none", "Inconsistent at 9: a result appears beside \"none\" (RFC 8601 section 2.2)")]
    [InlineData("a; spf=pass; none; x=y", "Inconsistent at 13: a result appears beside \"none\" (RFC 8601 section 2.2)")]
    [InlineData("a; none=pass", "a: none=pass")]
    [InlineData("a; none/1=pass", "a: none=pass")]
    [InlineData("a; none x", "Malformed at 8: a method must be followed by \"=\" (RFC 8601 section 2.2)")]
    [InlineData("a 999999999; none", "a 999999999:")]
    [InlineData("a 0; none", "a 0:")]
    [InlineData("a 1 2; none", "Malformed at 4: a result must be followed by \";\" (RFC 8601 section 2.2)")]
    [InlineData("a 1000000000; none", "Malformed at 2: the authserv-id must be followed by a version or \";\" (RFC 8601 section 2.2)")]
    [InlineData("i=50; a; none", "50: a:")]
    [InlineData("i=51; a; none", "51: a:")]
    [InlineData("i=999999999; a", "999999999: a:")]
    [InlineData("i=1000000000; a", "OutOfRange at 2: the instance is not a positive number (RFC 8617 section 4.1.1)")]
    [InlineData("i=0; a", "OutOfRange at 2: the instance is not a positive number (RFC 8617 section 4.1.1)")]
    [InlineData("i=1", "Missing at 3: the instance must be followed by \";\" (RFC 8617 section 4.1.1)")]
    [InlineData("i=1;", "Missing at 4: there is no authserv-id (RFC 8601 section 2.2)")]
    [InlineData("i=1(; a", "Malformed at 7: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("i=(; a", "Malformed at 6: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("i(; a", "Malformed at 5: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("I=1; a", "Malformed at 1: the authserv-id must be followed by a version or \";\" (RFC 8601 section 2.2)")]
    [InlineData("i 1; none", "i 1:")]
    [InlineData("i; none", "i:")]
    [InlineData("(x", "Malformed at 2: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("a (x", "Malformed at 4: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("a; (x", "Malformed at 5: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("a; m (x", "Malformed at 7: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("a; m/(x", "Malformed at 7: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("a; m/1(x", "Malformed at 8: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("a; m=(x", "Malformed at 7: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("a; m=r(x", "Malformed at 8: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("a; m=r p(x", "Malformed at 10: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("a; m=r p.(x", "Malformed at 11: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("a; m=r p.q(x", "Malformed at 12: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("a; m=r p.q=(x", "Malformed at 13: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("a; m=r p.q=v(x", "Malformed at 14: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("a; m=r reason=v(x", "Malformed at 17: a comment does not end (RFC 5322 section 3.2.2)")]
    [InlineData("\"a", "Malformed at 0: a quoted-string does not end (RFC 5322 section 3.2.4)")]
    [InlineData(" \"a", "Malformed at 1: a quoted-string does not end (RFC 5322 section 3.2.4)")]
    [InlineData("\"\"; none", ":")]
    [InlineData("a//b; none", "a//b:")]
    [InlineData("a/; none", "a/:")]
    [InlineData("/a; none", "Missing at 0: there is no authserv-id (RFC 8601 section 2.2)")]
    [InlineData("a, b", "Malformed at 1: the authserv-id must be followed by a version or \";\" (RFC 8601 section 2.2)")]
    [InlineData("a; =pass", "Missing at 3: a method is missing (RFC 8601 section 2.2)")]
    [InlineData("a; m/x=pass", "Malformed at 5: a method's version is not a number (RFC 8601 section 2.2)")]
    [InlineData("a; m/=pass", "Malformed at 5: a method's version is not a number (RFC 8601 section 2.2)")]
    [InlineData("a; m/1000000000=pass", "Malformed at 15: a method's version is not a number (RFC 8601 section 2.2)")]
    [InlineData("a; m=;", "Missing at 5: the method m has no result (RFC 8601 section 2.2)")]
    [InlineData("a; M =  ", "Missing at 8: the method M has no result (RFC 8601 section 2.2)")]
    [InlineData("a; m=r =v", "Malformed at 7: a property is expected (RFC 8601 section 2.2)")]
    [InlineData("a; m=r/1", "Malformed at 6: a property is expected (RFC 8601 section 2.2)")]
    [InlineData("a; m=r p", "Malformed at 8: a property must be followed by \"=\" (RFC 8601 section 2.2)")]
    [InlineData("a; m=r p.q", "Malformed at 10: a property must be followed by \"=\" (RFC 8601 section 2.2)")]
    [InlineData("a; m=r p.", "Missing at 9: a property has no name (RFC 8601 section 2.2)")]
    [InlineData("a; m=r p. =x", "Missing at 10: a property has no name (RFC 8601 section 2.2)")]
    [InlineData("a; m=r p.q=\"x", "Malformed at 11: a quoted-string does not end (RFC 5322 section 3.2.4)")]
    [InlineData("a; m=r reason= \"x", "Malformed at 15: a quoted-string does not end (RFC 5322 section 3.2.4)")]
    [InlineData("a; M=R P.Q=V reason=W", "a: m=r reason=<W> p.q=<V>")]
    [InlineData("a; m=r reason=1 Reason=2", "a: m=r reason=<1>")] // the first one
    [InlineData("a; m=r reason=", "a: m=r reason=<>")]
    [InlineData("a; m=r reasons=1 action=2 p.q=3", "a: m=r p.q=<3>")]
    [InlineData("a; m=r p.q=1 p.q=1 p.r=2", "a: m=r p.q=<1> p.q=<1> p.r=<2>")]
    [InlineData("a; m=r (c) (d)", "a: m=r (c)")]
    [InlineData("a; m=r ()", "a: m=r ()")]
    [InlineData("a; m=r (\\))", "a: m=r ())")]
    [InlineData("a; m=r p.q=v (c)", "a: m=r p.q=<v>")]
    [InlineData("a; m=r; n=s (c); o=t", "a: m=r; n=s (c); o=t")]
    [InlineData("a; m=r, n=s", "Malformed at 6: a property is expected (RFC 8601 section 2.2)")]
    public void All_of_a_field_is_read_or_the_reason_says_where_it_cannot_be(string field, string outcome) => Assert.Equal(outcome, Outcome(field));

    [Fact]
    public void Results_are_read_up_to_their_limit()
    {
        Assert.Equal("a: b=c; d=e", Outcome("a; b=c; d=e;;", 2));
        Assert.Equal("TooLong at 13: there are more than 2 results (MaxResults)", Outcome("a; b=c; d=e; f", 2));
        Assert.Equal("TooLong at 13: there are more than 2 results (MaxResults)", Outcome("a; b=c; d=e; none", 2));
        Assert.Equal("TooLong at 8: there are more than 1 results (MaxResults)", Outcome("a; b=c; d=e", 1));
        Assert.Equal("Inconsistent at 8: a result appears beside \"none\" (RFC 8601 section 2.2)", Outcome("a; b=c; none", 2));
        var most = string.Concat(Enumerable.Repeat("; b=c", 256));
        Assert.Equal(256, AuthenticationResultsReader.Parse($"a{most}".AsSpan()).Value!.Results.Length);
        Assert.Equal("there are more than 256 results (MaxResults)", AuthenticationResultsReader.Parse($"a{most}; b=c".AsSpan()).Error!.Reason);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(65_536)]
    public void A_value_is_read_up_to_its_limit(int most)
    {
        var options = most == 65_536 ? AuthenticationResultsReaderOptions.Default : new AuthenticationResultsReaderOptions { MaxLength = most, MaxResults = 1 };
        Assert.Equal(most, options.MaxLength);
        var (exact, longer) = (new string('a', most), new string('a', most + 1));
        var tooLong = $"TooLong at {most}: the field is longer than {most} (MaxLength)";
        Assert.Equal(exact, AuthenticationResultsReader.Parse(exact.AsSpan(), options).Value!.AuthservId);
        Assert.Equal(exact, AuthenticationResultsReader.Parse(Encoding.UTF8.GetBytes(exact), options).Value!.AuthservId);
        Assert.Equal(tooLong, Error(AuthenticationResultsReader.Parse(longer.AsSpan(), options)));
        Assert.Equal(tooLong, Error(AuthenticationResultsReader.Parse(Encoding.UTF8.GetBytes(longer), options)));
        if (most == 65_536)
        {
            Assert.Equal(exact, AuthenticationResultsReader.Parse(exact.AsSpan()).Value!.AuthservId);
            Assert.Equal(exact, AuthenticationResultsReader.Parse(Encoding.UTF8.GetBytes(exact)).Value!.AuthservId);
            Assert.Equal(tooLong, Error(AuthenticationResultsReader.Parse(longer.AsSpan())));
            Assert.Equal(tooLong, Error(AuthenticationResultsReader.Parse(Encoding.UTF8.GetBytes(longer))));
        }
    }

    [Fact]
    public void Limits_have_a_range()
    {
        Assert.Equal((65_536, 256), (AuthenticationResultsReaderOptions.Default.MaxLength, AuthenticationResultsReaderOptions.Default.MaxResults));
        Assert.Equal((64, 1), (new AuthenticationResultsReaderOptions { MaxLength = 64 }.MaxLength, new AuthenticationResultsReaderOptions { MaxResults = 1 }.MaxResults));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AuthenticationResultsReaderOptions { MaxLength = 63 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AuthenticationResultsReaderOptions { MaxResults = 0 });
        Assert.Equal(400, AuthenticationResultsWriterOptions.Default.MaxTextLength);
        Assert.Equal((32, 800), (new AuthenticationResultsWriterOptions { MaxTextLength = 32 }.MaxTextLength, new AuthenticationResultsWriterOptions { MaxTextLength = 800 }.MaxTextLength));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AuthenticationResultsWriterOptions { MaxTextLength = 31 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AuthenticationResultsWriterOptions { MaxTextLength = 801 });
    }

    private static string Outcome(string field, int maxResults = 256, int edit = -1)
    {
        var read = AuthenticationResultsReader.Parse(field.AsSpan(), new AuthenticationResultsReaderOptions { MaxResults = maxResults });
        return read.Value is { } value
            ? $"{(value.Instance is { } instance ? $"{instance}: " : "")}{value.AuthservId}{(value.Version is { } version ? $" {version}" : "")}:{string.Join(';', value.Results.Select(Text))}"
            : Error(read, field, edit);
    }

    private static string Error(EmailAuth.Syntax.ParseResult<AuthenticationResults> read, string field = "", int edit = -1) => OneCharacterEdits.Error(read.Error!, field, edit);

    private static string Text(MethodResult result) =>
        $" {result.Method}={result.Result}{(result.Comment is { } comment ? $" ({comment})" : "")}{(result.Reason is { } reason ? $" reason=<{reason}>" : "")}{string.Concat(result.Properties.Select(static p => $" {p.Type}.{p.Name}=<{p.Value}>"))}";
}
