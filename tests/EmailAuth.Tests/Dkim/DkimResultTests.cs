using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using EmailAuth.Dkim;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>What a result says in the terms of RFC 8601 and in JSON, whole.</summary>
public class DkimResultTests
{
    private const string Tags = "v=1; a=rsa-sha256; c=relaxed/simple; d=example.com; s=sel; h=From:To:from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=";

    private static readonly string B = string.Concat(Enumerable.Range(0, 100).Select(i => (char)('A' + (i % 26))));

    [Theory]
    [InlineData(1024, "1024-bit key")]
    [InlineData(1023, "1023-bit key")]
    [InlineData(2048, "2048-bit key")]
    [InlineData(4096, "4096-bit key")]
    [InlineData(null, null)]
    public void The_size_of_a_key_is_a_comment_where_keys_have_sizes(int? bits, string? comment)
    {
        Assert.Equal(comment, Of(SignatureResultCode.Pass, bits: bits).ToMethodResult().Comment);
        Assert.Null(Of(SignatureResultCode.Pass, Tags.Replace("rsa-sha256", "ed25519-sha256", StringComparison.Ordinal), bits: 256).ToMethodResult().Comment);
        Assert.Null(new DkimResult { Code = SignatureResultCode.Fail, KeyBits = bits }.ToMethodResult().Comment);
    }

    [Theory]
    [InlineData(SignatureResultCode.Pass, 0L, 0u, false, null)]
    [InlineData(SignatureResultCode.Pass, 1L, 0u, false, "1 octets of the body unsigned")]
    [InlineData(SignatureResultCode.Policy, 1L, 0u, false, null)]
    [InlineData(SignatureResultCode.Pass, 0L, 1u, false, "further Subject not signed")]
    [InlineData(SignatureResultCode.Pass, 0L, 0x3ffu, false, "further Subject, To, Cc, Reply-To, Date, Content-Type, Content-Transfer-Encoding, MIME-Version, Message-ID, Sender not signed")]
    [InlineData(SignatureResultCode.Policy, 0L, 0x3ffu, false, "further Message-ID, Sender not signed")]
    [InlineData(SignatureResultCode.Policy, 0L, 0xffu, false, null)]
    [InlineData(SignatureResultCode.Fail, 0L, 0x80u, false, "further MIME-Version not signed")]
    [InlineData(SignatureResultCode.Pass, 0L, 0u, true, "testing key t=y counted")]
    [InlineData(SignatureResultCode.Fail, 0L, 0u, true, "testing key t=y")]
    [InlineData(SignatureResultCode.Policy, 3L, 0x100u, true, "further Message-ID not signed, testing key t=y")]
    [InlineData(SignatureResultCode.Pass, 12345L, 2u, true, "12345 octets of the body unsigned, further To not signed, testing key t=y counted")]
    public void A_comment_says_what_the_reason_does_not(SignatureResultCode code, long unsigned, uint copies, bool isTesting, string? comment)
    {
        Assert.Equal(comment, Of(code, unsigned: unsigned, copies: copies, isTesting: isTesting).ToMethodResult().Comment);
        Assert.Equal(comment is null ? "512-bit key" : "512-bit key, " + comment, Of(code, bits: 512, unsigned: unsigned, copies: copies, isTesting: isTesting).ToMethodResult().Comment);
    }

    [Fact]
    public void Properties_are_those_that_are_known()
    {
        Assert.Equal("dkim pass d=example.com s=sel a=rsa-sha256 b=ABCDEFGH", Text(Of(SignatureResultCode.Pass).ToMethodResult()));
        Assert.Equal("dkim pass d=example.com i=a=40b@x.example.com s=sel a=rsa-sha256 b=ABCDEFGH", Text(Of(SignatureResultCode.Pass, "i=a=40b@x. example.com; " + Tags).ToMethodResult()));
        Assert.Equal("dkim permerror", Text(new DkimResult { Code = SignatureResultCode.PermError }.ToMethodResult()));
        Assert.Equal("dkim permerror d=example.com", Text(new DkimResult { Code = SignatureResultCode.PermError, Domain = DomainName.Parse("example.com").Value }.ToMethodResult()));
        Assert.Equal("dkim permerror s=sel", Text(new DkimResult { Code = SignatureResultCode.PermError, Selector = "sel" }.ToMethodResult()));
        Assert.Equal("dkim fail a=rsa-sha256 b=ABCDEFGH", Text(new DkimResult { Code = SignatureResultCode.Fail, Signature = DkimSignature.Parse(Tags + B).Value }.ToMethodResult()));
    }

    [Fact]
    public void The_start_of_a_signature_is_a_multiple_of_four_characters()
    {
        for (var characters = 0; characters <= 140; characters++)
        {
            Assert.Equal(B[..Math.Min(characters / 4 * 4, 100)], Of(SignatureResultCode.Pass).SignatureStart(characters));
        }

        Assert.Equal("QUE=", Of(SignatureResultCode.Pass, Tags + "QUE=", b: "").SignatureStart(8));
        Assert.Null(new DkimResult { Code = SignatureResultCode.Pass }.SignatureStart(8));
    }

    [Fact]
    public void Sets_of_fields_are_names_in_their_order()
    {
        string[] shown = ["from", "sender", "reply-to", "to", "cc", "subject", "date", "mime-version", "content-type", "content-transfer-encoding"];
        string[] single = ["subject", "to", "cc", "reply-to", "date", "content-type", "content-transfer-encoding", "mime-version", "message-id", "sender"];
        for (var bit = 0; bit < 10; bit++)
        {
            Assert.Equal([shown[bit]], new DkimResult { Code = SignatureResultCode.Pass, DisplayedUnsigned = 1u << bit }.UnsignedDisplayedFields);
            Assert.Equal([single[bit]], new DkimResult { Code = SignatureResultCode.Pass, CopiesLeftOpen = 1u << bit }.UnsignedCopies);
        }

        Assert.Equal(shown, new DkimResult { Code = SignatureResultCode.Pass, DisplayedUnsigned = 0x3ff }.UnsignedDisplayedFields);
        Assert.Empty(new DkimResult { Code = SignatureResultCode.Pass }.UnsignedDisplayedFields);
    }

    // A list of results: the checked ones wherever they are, the topmost of the others, and how many there are more.
    [Theory]
    [InlineData(1, 0, 10, 1)]
    [InlineData(32, 0, 10, 32)]
    [InlineData(33, 0, 10, 32)]
    [InlineData(40, 5, 10, 32)]
    [InlineData(40, 0, 39, 39)]
    [InlineData(40, 0, 40, 40)]
    [InlineData(40, 10, 33, 33)]
    public void A_list_of_many_is_cut(int count, int isChecked, int mostChecked, int listed)
    {
        ImmutableArray<DkimResult> all =
        [
            .. Enumerable.Range(1, count).Select(i => new DkimResult { Code = SignatureResultCode.Fail, Selector = $"s{i}", IsChecked = i > count - isChecked, Reason = "r" }),
        ];
        var results = new DkimResults { Signatures = all, MaxChecked = mostChecked };
        var written = ImmutableArray.CreateBuilder<MethodResult>();
        ((IMethodOutcome)results).AddResultsTo(written);
        var others = Math.Max(listed - isChecked, 0);
        var omitted = count - Math.Max(32, mostChecked);
        string[] expected =
        [
            .. Enumerable.Range(1, count).Where(i => i <= others || i > count - isChecked).Select(i => $"dkim fail s=s{i} r"),
            .. omitted > 0 ? [$"dkim policy {omitted} more signatures, none of which was verified, are not listed"] : Array.Empty<string>(),
        ];
        Assert.Equal(expected, written.Select(one => $"{Text(one)} {one.Reason}"));
        Assert.Equal(count, results.ToMethodResults().Length);
    }

    [Fact]
    public void Signatures_that_are_not_there_or_say_the_same_are_listed_too()
    {
        var none = new DkimResults { Signatures = [] };
        Assert.Equal("dkim none", Text(Assert.Single(none.ToMethodResults())));
        IMethodOutcome outcome = none;
        Assert.Equal(("dkim", "none", null, null, SignatureResultCode.None), (outcome.Name, outcome.Result, outcome.Reason, outcome.ReasonCode, none.Code));
        Assert.Equal("[]", Json(outcome.WriteJson));
        Assert.Equal("[]", Json(outcome.WriteSummaryJson));

        foreach (var (copies, length) in new[] { (1, 8), (2, 64), (3, 64) })
        {
            var results = new DkimResults { Signatures = [.. Enumerable.Repeat(Of(SignatureResultCode.Pass), copies)] };
            Assert.All(results.ToMethodResults(), one => Assert.Equal(length, one.Properties.Single(property => property.Name == "b").Value.Length));
        }

        // What has no b= is not told from another by it.
        var mixed = new DkimResults { Signatures = [new() { Code = SignatureResultCode.PermError }, new() { Code = SignatureResultCode.PermError }, Of(SignatureResultCode.Pass)] };
        Assert.Equal("dkim pass d=example.com s=sel a=rsa-sha256 b=ABCDEFGH", Text(mixed.ToMethodResults()[2]));
    }

    // A short one is not mistaken for its own start, and letters have their case.
    [Theory]
    [InlineData("QUJD ABCDEFGHAAAAAAAAAAAA ABCDEFGHBBBBBBBBBBBB", "QUJD ABCDEFGHAAAAAAAA ABCDEFGHBBBBBBBB")]
    [InlineData("ABCDEFGHIJKL abcdefghIJKL", "ABCDEFGH abcdefgh")]
    public void Signatures_are_told_apart_by_as_few_characters_as_will_do(string values, string expected)
    {
        var results = new DkimResults { Signatures = [.. values.Split(' ').Select(value => Of(SignatureResultCode.Pass, b: value))] };
        Assert.Equal(expected, string.Join(' ', results.ToMethodResults().Select(static one => one.Properties.Single(static property => property.Name == "b").Value)));
    }

    [Fact]
    public void The_reason_of_all_is_that_of_the_first_of_the_best()
    {
        var results = new DkimResults
        {
            Signatures =
            [
                new() { Code = SignatureResultCode.PermError, Reason = "a", ReasonCode = "b" }, new() { Code = SignatureResultCode.Neutral, Reason = "c", ReasonCode = "d" },
                new() { Code = SignatureResultCode.Neutral, Reason = "e", ReasonCode = "f" },
            ],
        };
        IMethodOutcome outcome = results;
        Assert.Equal(("dkim", "neutral", "c", "d"), (outcome.Name, outcome.Result, outcome.Reason, outcome.ReasonCode));
        Assert.Equal(SignatureResultCode.None, new DkimResults { Signatures = [new() { Code = SignatureResultCode.None }] }.Code);
        Assert.Equal(SignatureResultCode.PermError, new DkimResults { Signatures = [new() { Code = SignatureResultCode.None }, new() { Code = SignatureResultCode.PermError }] }.Code);
    }

    [Fact]
    public void The_JSON_has_every_member()
    {
        var full = new DkimResult
        {
            Code = SignatureResultCode.Pass,
            Domain = DomainName.Parse("example.com").Value,
            Selector = "sel",
            Signature = DkimSignature.Parse("i=joe@example.com; t=1700000000; x=1800000000; " + Tags + B).Value,
            KeyBits = 1024,
            IsTesting = true,
            UnsignedBodyLength = 7,
            HeaderCheck = DkimCheck.Matches,
            BodyCheck = DkimCheck.Differs,
            CopiesLeftOpen = 3,
            DisplayedUnsigned = 0x21,
        };
        IMethodOutcome outcome = new DkimResults { Signatures = [full, new() { Code = SignatureResultCode.PermError, Reason = "why", ReasonCode = "word" }] };
        const string Start = "{\"domain\":\"example.com\",\"selector\":\"sel\",\"result\":\"pass\",\"reason\":null,\"reason_code\":null";
        const string Other = "{\"domain\":null,\"selector\":null,\"result\":\"permerror\",\"reason\":\"why\",\"reason_code\":\"word\"";
        Assert.Equal($"[{Start}}},{Other}}}]", Json(outcome.WriteSummaryJson));
        Assert.Equal(
            $"[{Start},\"algorithm\":\"rsa-sha256\",\"identity\":\"joe@example.com\",\"key_bits\":1024,\"signed_fields\":\"from:to:from\",\"signed_at\":\"2023-11-14 22:13:20Z\",\"expires_at\":\"2027-01-15 08:00:00Z\","
            + "\"unsigned_body_octets\":7,\"testing\":true,\"unsigned_copies\":[\"subject\",\"to\"],\"header_check\":\"matches\",\"body_check\":\"differs\","
            + "\"key_name\":\"sel._domainkey.example.com\",\"canonicalization\":\"relaxed/simple\",\"unsigned_fields\":[\"from\",\"subject\"]},"
            + $"{Other},\"algorithm\":null,\"identity\":null,\"unsigned_body_octets\":0,\"testing\":false,\"unsigned_copies\":[],\"header_check\":\"not_checked\",\"body_check\":\"not_checked\"}}]",
            Json(outcome.WriteJson));
    }

    private static DkimResult Of(SignatureResultCode code, string tags = Tags, int? bits = null, long unsigned = 0, uint copies = 0, bool isTesting = false, string? b = null) => new()
    {
        Code = code,
        Domain = DomainName.Parse("example.com").Value,
        Selector = "sel",
        Signature = DkimSignature.Parse(tags + (b ?? B)).Value!,
        KeyBits = bits,
        UnsignedBodyLength = unsigned,
        CopiesLeftOpen = copies,
        IsTesting = isTesting,
    };

    private static string Text(MethodResult method)
    {
        Assert.All(method.Properties, property => Assert.Equal("header", property.Type));
        return string.Join(' ', [method.Method, method.Result, .. method.Properties.Select(property => $"{property.Name}={property.Value}")]);
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
