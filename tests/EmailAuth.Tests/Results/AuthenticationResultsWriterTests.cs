using System.Collections.Immutable;
using System.Text;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;
using MimeKitResults = MimeKit.Cryptography.AuthenticationResults;

namespace EmailAuth.Tests.Results;

public class AuthenticationResultsWriterTests
{
    [Fact]
    public void Section_appendix_B_1_of_RFC_8601_no_result_is_written_as_none() =>
        Assert.Equal("Authentication-Results: example.org; none", AuthenticationResultsWriter.WriteField(Field("example.org")));

    [Fact]
    public void The_version_stands_after_the_authserv_id() =>
        Assert.Equal(
            "Authentication-Results: example.org 1; none",
            AuthenticationResultsWriter.WriteField(Field("example.org").Changed(f => f.Version, 1)));

    [Fact]
    public void Each_method_starts_a_line() =>
        Assert.Equal(
            "Authentication-Results: example.com;\r\n spf=pass smtp.mailfrom=example.net;\r\n dkim=pass (good signature) reason=\"all well\" header.d=example.net",
            AuthenticationResultsWriter.WriteField(Field(
                "example.com",
                Result("spf", "pass", new ResultProperty("smtp", "mailfrom", "example.net")),
                Result("dkim", "pass", new ResultProperty("header", "d", "example.net")).Changed(r => r.Comment, "good signature").Changed(r => r.Reason, "all well"))));

    [Fact]
    public void An_instance_makes_it_an_ARC_Authentication_Results_field()
    {
        var field = Field("example.org", Result("arc", "none")).Changed(f => f.Instance, 3);
        Assert.Equal("ARC-Authentication-Results: i=3; example.org;\r\n arc=none", AuthenticationResultsWriter.WriteField(field));
        Assert.Equal("i=3; example.org;\r\n arc=none", AuthenticationResultsWriter.WriteValue(field));
    }

    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("user@example.com", "user@example.com")] // local-part "@" domain-name
    [InlineData("@example.com", "@example.com")]
    [InlineData("first.last+tag@example.com", "first.last+tag@example.com")]
    [InlineData("", "\"\"")] // the null reverse-path is still a value
    [InlineData("a b", "\"a b\"")]
    [InlineData("2001:db8::1", "\"2001:db8::1\"")] // ":" is a tspecial
    [InlineData("a/b=", "\"a/b=\"")]
    [InlineData("prvs=1=u@example.com", "\"prvs=1=u@example.com\"")] // atext, but no token
    [InlineData("\"a b\"@example.com", "\"\\\"a b\\\"@example.com\"")] // a quoted local-part is quoted once more
    [InlineData("a\\b", "\"a\\\\b\"")]
    [InlineData("a;b", "\"a;b\"")]
    [InlineData("a(b", "\"a(b\"")]
    [InlineData("a@b@c", "\"a@b@c\"")]
    [InlineData(".a@example.com", "\".a@example.com\"")]
    [InlineData("..", "\"..\"")]
    [InlineData("a..b", "\"a..b\"")]
    [InlineData("a@example..com", "\"a@example..com\"")]
    [InlineData("a@[192.0.2.1]", "\"a@[192.0.2.1]\"")]
    [InlineData("jörg@bücher.example", "\"jörg@bücher.example\"")] // RFC 8616: as it is, in a quoted-string of RFC 6532
    [InlineData("\U0001f600", "\"\U0001f600\"")]
    [InlineData("a\r\nX-Injected: y", "\"a X-Injected: y\"")]
    [InlineData("a\nb\rc\td", "\"a b c d\"")]
    [InlineData("a\0b\u001b\u007f\u0085", "\"a?b???\"")]
    [InlineData("a\u2028b\u2029", "\"a b \"")]
    [InlineData("=?utf-8?q?=22=3B_dkim=3Dpass?=", "\"=\\?utf-8?q?=22=3B_dkim=3Dpass?=\"")] // no encoded-word to a reader that decodes first
    [InlineData("=\u0001utf-8\u0001q\u0001=22=3B_dkim=3Dpass\u0001=", "\"=\\?utf-8?q?=22=3B_dkim=3Dpass?=\"")] // nor one of what stands for control characters
    [InlineData("=\u0085utf-8", "\"=\\?utf-8\"")]
    public void A_property_value_is_encoded(string value, string written) =>
        Assert.Equal(
            $"a.example;\r\n spf=pass smtp.mailfrom={written}",
            AuthenticationResultsWriter.WriteValue(Field("a.example", Result("spf", "pass", new ResultProperty("smtp", "mailfrom", value)))));

    [Fact]
    public void Half_a_character_is_replaced() =>
        Assert.Equal(
            "a.example;\r\n spf=pass smtp.mailfrom=\"?a??\"",
            AuthenticationResultsWriter.WriteValue(Field("a.example", Result("spf", "pass", new ResultProperty("smtp", "mailfrom", "\ud83da\ude00\ud83d")))));

    [Theory]
    [InlineData("plain", "(plain)")]
    [InlineData("a (b) c", "(a \\(b\\) c)")]
    [InlineData(")))", "(\\)\\)\\))")]
    [InlineData("\\", "(\\\\)")]
    [InlineData("a\"b;c", "(a\"b;c)")]
    [InlineData("x\r\n\r\nbody", "(x  body)")]
    [InlineData("ü", "(ü)")]
    [InlineData("=?utf-8?q?=29?=", "(=\\?utf-8?q?=29?=)")]
    public void A_comment_is_encoded(string comment, string written) =>
        Assert.Equal(
            $"a.example;\r\n spf=pass {written}",
            AuthenticationResultsWriter.WriteValue(Field("a.example", Result("spf", "pass").Changed(r => r.Comment, comment))));

    [Theory]
    [InlineData("mx.example.org", "mx.example.org")]
    [InlineData("mx/1", "\"mx/1\"")] // "/" is a tspecial
    [InlineData("mx example", "\"mx example\"")]
    [InlineData("bücher.example", "\"bücher.example\"")]
    [InlineData("a;b\"c", "\"a;b\\\"c\"")]
    public void An_authserv_id_is_a_token_or_quoted(string authservId, string written) =>
        Assert.Equal($"{written}; none", AuthenticationResultsWriter.WriteValue(Field(authservId)));

    [Theory]
    [InlineData("")]
    [InlineData("sp f")]
    [InlineData("spf\r\nX: y")]
    [InlineData("spf=pass;dkim")]
    [InlineData("spé")]
    public void A_method_that_is_no_keyword_is_the_callers_mistake(string method)
    {
        Assert.Throws<ArgumentException>(() => AuthenticationResultsWriter.WriteValue(Field("a.example", Result(method, "pass"))));
        Assert.Throws<ArgumentException>(() => AuthenticationResultsWriter.WriteValue(Field("a.example", Result("spf", method))));
        Assert.Throws<ArgumentException>(() => AuthenticationResultsWriter.WriteValue(Field("a.example", Result("spf", "pass", new ResultProperty(method, "d", "x")))));
        Assert.Throws<ArgumentException>(() => AuthenticationResultsWriter.WriteValue(Field("a.example", Result("spf", "pass", new ResultProperty("header", method, "x")))));
    }

    [Fact]
    public void A_long_value_is_cut_and_marked()
    {
        var options = new AuthenticationResultsWriterOptions { MaxTextLength = 32 };
        string Written(string value) =>
            AuthenticationResultsWriter.WriteValue(Field("a", Result("spf", "pass", new ResultProperty("smtp", "helo", value))), options)["a;\r\n spf=pass smtp.helo=".Length..];

        Assert.Equal(new string('x', 32), Written(new string('x', 32)));
        Assert.Equal($"\"{new string('x', 29)}...\"", Written(new string('x', 33)));
        Assert.Equal($"\"{string.Concat(Enumerable.Repeat("\\\"", 14))}...\"", Written(new string('"', 17))); // escapes count, and are not cut in two
        Assert.Equal($"\"{string.Concat(Enumerable.Repeat("\U0001f600", 7))}...\"", Written(string.Concat(Enumerable.Repeat("\U0001f600", 9))));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(801)]
    public void The_limit_of_a_text_has_a_range(int limit) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AuthenticationResultsWriterOptions { MaxTextLength = limit });

    [Fact]
    public void Lines_break_between_items_first_and_within_them_only_when_they_must()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 30));
        var field = AuthenticationResultsWriter.WriteField(Field(
            "mx.example.org",
            Result("dkim", "fail", new ResultProperty("header", "d", new string('d', 60) + ".example"), new ResultProperty("header", "s", "sel")).Changed(r => r.Reason, words)));
        var lines = field.Split("\r\n");
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 78));
        Assert.StartsWith(" reason=\"word word", lines[2], StringComparison.Ordinal);
        Assert.Contains($" header.d={new string('d', 60)}.example", lines);
        Assert.Equal($"reason=\"{words}\"", string.Concat(lines[2..5])[1..]);
    }

    [Property(Arbitrary = [typeof(AnyResults)], MaxTest = 500)]
    public void An_independent_reader_gets_back_exactly_our_results(AnyResults.Clean clean)
    {
        var written = AuthenticationResultsWriter.WriteValue(clean.Field);
        Assert.True(MimeKitResults.TryParse(Encoding.UTF8.GetBytes(written), out var read), written);

        Assert.Equal(clean.Field.AuthservId, read.AuthenticationServiceIdentifier);
        Assert.Equal(clean.Field.Version, read.Version);
        Assert.Equal(clean.Field.Results.Length, read.Results.Count);
        foreach (var (expected, actual) in clean.Field.Results.Zip(read.Results))
        {
            Assert.Equal(expected.Method, actual.Method);
            Assert.Equal(expected.Result, actual.Result);
            Assert.Equal(expected.Reason, actual.Reason);
            Assert.Equal(string.IsNullOrWhiteSpace(expected.Comment) ? null : expected.Comment.Trim(), Unescape(actual.ResultComment)?.Trim());
            Assert.Equal(
                expected.Properties.Select(p => (p.Type, p.Name, p.Value)),
                actual.Properties.Select(p => (p.PropertyType, p.Property, p.Value)));
        }
    }

    [Property(Arbitrary = [typeof(AnyResults)], MaxTest = 500)]
    public void Our_reader_gets_back_exactly_our_results(AnyResults.Clean clean)
    {
        var read = AuthenticationResultsReader.Parse(AuthenticationResultsWriter.WriteValue(clean.Field).AsSpan());
        Assert.True(read.IsSuccess, read.Error?.ToString());
        AssertEqual(clean.Field, read.Value);
    }

    [Property(Arbitrary = [typeof(AnyResults)], MaxTest = 1000)]
    public void Nothing_in_a_text_can_break_the_field(AnyResults.Dirty dirty)
    {
        var written = AuthenticationResultsWriter.WriteField(dirty.Field);
        var lines = written.Split("\r\n");
        Assert.All(lines, line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 1, 998));
        Assert.All(lines.Skip(1), line => Assert.Equal(' ', line[0]));
        Assert.All(lines, line => Assert.False(string.IsNullOrWhiteSpace(line)));
        Assert.DoesNotContain(lines, line => line.Any(char.IsControl));
        Assert.Equal(written, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(written)));

        // Both readers agree on what is there, and on how many.
        var value = written["Authentication-Results: ".Length..];
        Assert.True(MimeKitResults.TryParse(Encoding.UTF8.GetBytes(value), out var theirs), value);
        var ours = AuthenticationResultsReader.Parse(value.AsSpan());
        Assert.True(ours.IsSuccess, ours.Error?.ToString());
        Assert.Equal(dirty.Field.Results.Select(r => (r.Method, r.Result)), theirs.Results.Select(r => (r.Method, r.Result)));
        Assert.Equal(dirty.Field.Results.Select(r => (r.Method, r.Result)), ours.Value.Results.Select(r => (r.Method, r.Result)));
        Assert.Equal(
            theirs.Results.SelectMany(r => r.Properties).Select(p => (p.PropertyType, p.Property, p.Value)),
            ours.Value.Results.SelectMany(r => r.Properties).Select(p => (p.Type, p.Name, p.Value)));
        Assert.Equal(theirs.Results.Select(r => r.Reason), ours.Value.Results.Select(r => r.Reason));
        Assert.Equal(theirs.AuthenticationServiceIdentifier, ours.Value.AuthservId);
        Assert.Equal(written, AuthenticationResultsWriter.WriteField(dirty.Field));
    }

    [Fact]
    public void Writing_allocates_the_text_alone()
    {
        var field = Field(
            "mx.example.org",
            Result("spf", "pass", new ResultProperty("smtp", "mailfrom", "bounce+tag@mail.example.com"), new ResultProperty("smtp", "remote-ip", "2001:db8::1")),
            Result("dkim", "pass", new ResultProperty("header", "d", "example.com"), new ResultProperty("header", "s", "sel")).Changed(r => r.Comment, "2048-bit (good)"),
            Result("dmarc", "pass", new ResultProperty("header", "from", "example.com")));
        var written = AuthenticationResultsWriter.WriteField(field);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            written = AuthenticationResultsWriter.WriteField(field);
        }

        var perField = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        Assert.InRange(perField, 1, 24 + (2 * written.Length) + 8);
    }

    private static AuthenticationResults Field(string authservId, params ImmutableArray<MethodResult> results) =>
        new() { AuthservId = authservId, Results = results };

    private static MethodResult Result(string method, string result, params ImmutableArray<ResultProperty> properties) =>
        new() { Method = method, Result = result, Properties = properties };

    private static string? Unescape(string? comment)
    {
        if (comment is null)
        {
            return null;
        }

        var text = new StringBuilder();
        for (var i = 0; i < comment.Length; i++)
        {
            text.Append(comment[i] == '\\' ? comment[++i] : comment[i]);
        }

        return text.ToString();
    }

    private static void AssertEqual(AuthenticationResults expected, AuthenticationResults actual)
    {
        Assert.Equal(expected.AuthservId, actual.AuthservId);
        Assert.Equal(expected.Version, actual.Version);
        Assert.Equal(expected.Instance, actual.Instance);
        Assert.Equal(expected.Results.Length, actual.Results.Length);
        foreach (var (left, right) in expected.Results.Zip(actual.Results))
        {
            Assert.Equal((left.Method, left.Result, left.Reason), (right.Method, right.Result, right.Reason));
            Assert.Equal(string.IsNullOrWhiteSpace(left.Comment) ? null : left.Comment, right.Comment);
            Assert.Equal(left.Properties.Texts(), right.Properties.Texts());
        }
    }

    /// <summary>Fields with texts that mean to break out of them.</summary>
    public static class AnyResults
    {
        private static readonly string[] Pieces =
        [
            "a", "Z", "9", "-", "_", ".", "@", "example.com", "user@example.org", "\"", "\\", "(", ")", ";", "=", "/", ":", ",", "<", ">", "[", "]",
            "?", " ", "  ", "é", "漢字", "\U0001f600", "; dkim=pass", "(c)", "reason=", "=?utf-8?q?x?=", "i=1;", "none",
            "a rather long run of words that will not fit in what is left of a line and must be folded somewhere",
        ];

        private static readonly string[] Breakers =
        [
            "\r\n", "\r", "\n", "\0", "\t", "\x1", "\x2", "\u001b", "\u007f", "\u0085", "\u2028", "\ud83d", "\ude00", "\ufeff", "\r\n\r\n",
            "\r\nX: y", new string('x', 1200), new string(' ', 900), new string('"', 500), new string('漢', 500),
        ];

        private static Gen<string> Text(string[] pieces, int most) =>
            Gen.Choose(0, most).SelectMany(count => Gen.Elements(pieces).ArrayOf(count)).Select(string.Concat);

        private static Gen<string> Keyword => Gen.Elements("spf", "dkim", "dmarc", "x-own_2", "iprev", "a", "none");

        private static Gen<AuthenticationResults> Fields(Gen<string> text) =>
            from authservId in text.Where(t => t.Length > 0)
            from version in Gen.Elements<int?>(null, 1, 22)
            from count in Gen.Choose(0, 5)
            from results in Results(text).ArrayOf(count)
            select new AuthenticationResults { AuthservId = authservId, Version = version, Results = [.. results] };

        private static Gen<MethodResult> Results(Gen<string> text) =>
            from method in Keyword
            from result in Keyword
            from reason in text.OrNull()
            from comment in text.OrNull()
            from count in Gen.Choose(0, 4)
            from properties in Properties(text).ArrayOf(count)
            select new MethodResult { Method = method, Result = result, Reason = reason, Comment = comment, Properties = [.. properties] };

        private static Gen<ResultProperty> Properties(Gen<string> text) =>
            from type in Gen.Elements("smtp", "header", "body", "policy", "x-t")
            from name in Gen.Elements("mailfrom", "d", "b", "from", "reason")
            from value in text
            select new ResultProperty(type, name, value);

        public static Arbitrary<Clean> CleanFields() => Fields(Text(Pieces, 6)).Where(IsShort).Select(f => new Clean(f)).ToArbitrary();

        public static Arbitrary<Dirty> DirtyFields() => Fields(Text([.. Pieces, .. Breakers], 8)).Select(f => new Dirty(f)).ToArbitrary();

        private static bool IsShort(AuthenticationResults field) =>
            field.Results.All(r => (r.Reason?.Length ?? 0) < 180 && (r.Comment?.Length ?? 0) < 180 && r.Properties.All(p => p.Value.Length < 180))
            && field.AuthservId.Length < 180;

        public sealed record Clean(AuthenticationResults Field);

        public sealed record Dirty(AuthenticationResults Field);
    }
}
