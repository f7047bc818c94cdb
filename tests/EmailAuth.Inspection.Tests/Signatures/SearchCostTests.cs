using System.Text;
using EmailAuth.Inspection.Signatures;

namespace EmailAuth.Inspection.Tests.Signatures;

/// <summary>What a search costs, in candidates and octets: bounded, and in proportion to the message.</summary>
public class SearchCostTests
{
    private const string Header =
        "From: Alice <alice@example.com>\r\nTo: bob@example.net\r\nSubject: Report\r\nDate: Sun, 29 Nov 2026 08:00:00 +0000\r\n\r\n";

    private const string Line = "The quick brown fox jumps over the lazy dog, and nobody knows why it does.\r\n";

    [Theory]
    [InlineData(10 * 1024)]
    [InlineData(10 * 1024 * 1024)]
    public async Task A_footer_is_found_in_one_pass(int length)
    {
        var signed = await SignedMail.SignAsync(Text(length));
        var diagnosis = await SignedMail.DiagnoseAsync(signed + "footer\r\nof two lines\r\n");
        Assert.Equal("body-appended", SignedMail.CodesOf(diagnosis));
        Assert.Equal((length / Line.Length * Line.Length) + 22, diagnosis.HashedBytes);
        Assert.Equal((length / Line.Length) + 3, diagnosis.TryCount);
    }

    [Theory]
    [InlineData(10 * 1024, SearchEnd.NotFound)]
    [InlineData(10 * 1024 * 1024, SearchEnd.LimitReached)]
    public async Task A_search_that_finds_nothing_keeps_to_its_limits(int length, SearchEnd end)
    {
        var signed = await SignedMail.SignAsync(Text(length));
        var changed = signed.Remove(signed.Length - 300, 1).Insert(signed.Length - 300, "#");
        var diagnosis = await SignedMail.DiagnoseAsync(changed);
        Assert.Equal((end, SearchEnd.NotNeeded), (diagnosis.BodySearch, diagnosis.HeaderSearch));
        Assert.Empty(diagnosis.Changes);
        Assert.InRange(diagnosis.HashedBytes, length, SignatureDoctorOptions.Default.MaxHashedBytes / 4 * 3);
        Assert.InRange(diagnosis.TryCount, length / Line.Length, SignatureDoctorOptions.Default.MaxTries);
    }

    [Theory]
    [InlineData(0, 1L << 30)]
    [InlineData(50, 1L << 30)]
    [InlineData(500_000, 0L)]
    [InlineData(500_000, 30_000L)]
    public async Task The_limits_are_kept_and_named(int tries, long octets)
    {
        var signed = (await SignedMail.SignAsync(Text(10 * 1024))).Replace("Subject: Report", "Subject: Other", StringComparison.Ordinal);
        var changed = signed.Remove(signed.Length - 300, 1).Insert(signed.Length - 300, "#");
        var diagnosis = await SignedMail.DiagnoseAsync(changed, options: new SignatureDoctorOptions { MaxTries = tries, MaxHashedBytes = octets });
        Assert.Equal((SearchEnd.LimitReached, SearchEnd.LimitReached), (diagnosis.HeaderSearch, diagnosis.BodySearch));
        Assert.InRange(diagnosis.TryCount, 0, tries * 2);
        Assert.InRange(diagnosis.HashedBytes, 0, octets);
        Assert.Contains("the search ended at its limit", diagnosis.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Few_headers_are_verified_with_a_key_that_only_verifies()
    {
        var signed = (await SignedMail.SignAsync(Text(200), key: SignedMail.Ed25519)).Replace("Subject: Report", "Subject: Other", StringComparison.Ordinal);
        var diagnosis = await SignedMail.DiagnoseAsync(signed, SignedMail.ZoneOf(SignedMail.Ed25519), new SignatureDoctorOptions { MaxVerifications = 25 });
        Assert.Equal((SearchEnd.LimitReached, 25), (diagnosis.HeaderSearch, diagnosis.TryCount));
    }

    [Fact]
    public async Task A_search_can_be_cancelled()
    {
        var signed = await SignedMail.SignAsync(Text(10 * 1024));
        var changed = Encoding.Latin1.GetBytes(signed.Remove(signed.Length - 300, 1).Insert(signed.Length - 300, "#"));
        var results = await SignedMail.VerifyAsync(Encoding.Latin1.GetString(changed), SignedMail.ZoneOf(SignedMail.Rsa));
        Assert.Throws<OperationCanceledException>(() => SignatureDoctor.Diagnose(changed, 0, results.Signatures[0], null, null, new CancellationToken(canceled: true)));
    }

    // What a sender can write to make a search slow: only the limits end it.
    public static TheoryData<string, string> Hostile => new()
    {
        { "boundary lines alone", string.Concat(Enumerable.Repeat("--b\r\n", 60_000)) },
        { "parts alone", string.Concat(Enumerable.Repeat("--b\r\n\r\n\r\n", 30_000)) },
        { "one long header of a part", "--b\r\nContent-Type: x\r\n" + string.Concat(Enumerable.Repeat(" y\r\n", 60_000)) + "\r\nz\r\n" },
        { "From lines alone", string.Concat(Enumerable.Repeat(">From \r\n", 40_000)) },
        { "equals signs", string.Concat(Enumerable.Repeat("=3D=\r\n", 40_000)) },
        { "spaces", new string(' ', 300_000) + ".\r\n" },
        { "no line end", new string('x', 300_000) },
        { "empty lines", string.Concat(Enumerable.Repeat("\r\n", 100_000)) + ".\r\n" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_body_is_searched_within_the_limits(string what, string body)
    {
        var signed = await SignedMail.SignAsync(Header + "Hello there\r\n");
        var changed = signed[..signed.IndexOf("Hello there", StringComparison.Ordinal)] + body;
        var diagnosis = await SignedMail.DiagnoseAsync(changed, options: new SignatureDoctorOptions { MaxHashedBytes = 16 * 1024 * 1024 });
        Assert.True(diagnosis.Changes.IsEmpty, what);
        Assert.InRange(diagnosis.HashedBytes, 0, 16 * 1024 * 1024);
    }

    // The forms of a long author's name times the addresses of another field, and names that are long to write in encoded words.
    public static TheoryData<string, string> HostileFields => new()
    {
        { "an author and a list of nothing", $"From: \"{new string('a', 8000)}\" <alice@example.com>\r\nTo: x\r\nReply-To: {new string(',', 8000)}\r\n" },
        { "an author of many words", $"From: \"{string.Concat(Enumerable.Repeat("a b ", 2000))}\" <alice@example.com>\r\nTo: x\r\nReply-To: {new string(',', 8000)}\r\n" },
        { "names just short enough", $"From: \"{new string('a', 400)}\" <alice@example.com>\r\nTo: x\r\nReply-To: {string.Join(',', Enumerable.Repeat($"\"{new string('b', 400)}\" <b@c.d>", 18))}\r\n" },
        { "many long names", $"From: Alice <alice@example.com>\r\nTo: {string.Join(',', Enumerable.Repeat($"\"{new string('\u00e9', 380)}\" <b@c.d>", 18))}\r\n" },
        { "many encoded words", $"From: Alice <alice@example.com>\r\nTo: {string.Concat(Enumerable.Repeat("=?utf-8?q?=C3=A9?= ", 400))} <b@c.d>\r\n" },
        { "a long copy of a field", $"From: Alice <alice@example.com>\r\nTo: x\r\nX-Original-To: {new string('a', 900_000)}\r\n" },
    };

    [Theory]
    [MemberData(nameof(HostileFields))]
    public async Task Hostile_fields_are_rewritten_within_the_limits(string what, string fields)
    {
        const string genuine = "From: Alice <alice@example.com>\r\nTo: bob@example.net\r\n";
        var signed = await SignedMail.SignAsync(Header + "Hello\r\n");
        var changed = signed.Replace(genuine, fields, StringComparison.Ordinal).Replace("Subject: Report", "Subject: Other thing", StringComparison.Ordinal);
        var diagnosis = await SignedMail.DiagnoseAsync(changed, options: new SignatureDoctorOptions { MaxHashedBytes = 1024 * 1024 });
        Assert.True(diagnosis.Changes.IsEmpty, what);
        Assert.Equal(SearchEnd.LimitReached, diagnosis.HeaderSearch);
        Assert.InRange(diagnosis.HashedBytes, 0, 1024 * 1024);
    }

    private static string Text(int length) => Header + string.Concat(Enumerable.Repeat(Line, length / Line.Length));
}
