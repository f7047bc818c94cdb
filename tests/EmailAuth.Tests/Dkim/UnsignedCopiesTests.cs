using System.Globalization;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>A further instance of a signed field that nobody signed (RFC 6376 section 8.15).</summary>
public class UnsignedCopiesTests
{
    private const string Names = "from:subject:to:cc:reply-to:date:content-type:content-transfer-encoding:mime-version:message-id:sender";

    private const string Message =
        "From: Joe <joe@example.com>\r\nSubject: Monthly\r\n notes\r\nTo: all@example.com\r\nCc: c@example.com\r\nReply-To: joe@example.com\r\n"
        + "Date: Wed, 10 Jun 2026 10:00:00 +0000\r\nContent-Type: multipart/mixed; boundary=\"a b\"\r\nContent-Transfer-Encoding: 7bit\r\n"
        + "MIME-Version: 1.0\r\nMessage-ID: <1@example.com>\r\nSender: joe@example.com\r\n\r\nHi\r\n";

    private static readonly TestSigner Signer = TestSigner.Ed25519;

    [Theory]
    [InlineData("Subject")]
    [InlineData("To")]
    [InlineData("Cc")]
    [InlineData("Reply-To")]
    [InlineData("Date")]
    [InlineData("Content-Type")]
    [InlineData("Content-Transfer-Encoding")]
    [InlineData("MIME-Version")]
    public async Task A_copy_that_differs_is_policy_and_the_reason_names_the_field(string field)
    {
        var signed = Signed(Names);
        foreach (var copy in new[] { $"{field}: x", $"{field.ToUpperInvariant()} :x", $"{field}:" })
        {
            var result = await VerifyAsync($"{copy}\r\n{signed}");
            Assert.Equal((SignatureResultCode.Policy, DkimCheck.Matches, DkimCheck.Matches), (result.Code, result.HeaderCheck, result.BodyCheck));
            Assert.Equal($"the message has a further {field} that differs and is not signed (RFC 6376 section 8.15)", result.Reason);
            Assert.Equal([field.ToLowerInvariant()], result.UnsignedCopies);
        }

        // What h= does not name says nothing of the field: the signer left it open for everybody to see.
        var unnamed = await VerifyAsync($"{field}: x\r\n{Signed("from")}");
        Assert.Equal((SignatureResultCode.Pass, 0), (unnamed.Code, unnamed.UnsignedCopies.Length));

        // Named once more than it is there, the copy is covered, and the signature over it differs.
        Assert.Equal(SignatureResultCode.Fail, (await VerifyAsync($"{field}: x\r\n{Signed(Names + ":" + field)}")).Code);
    }

    [Theory]
    [InlineData("Message-ID", "message-id")]
    [InlineData("Sender", "sender")]
    public async Task A_copy_of_a_field_that_is_not_the_content_is_a_comment_only(string field, string name)
    {
        var result = await VerifyAsync($"{field}: <x@example.net>\r\n{Signed(Names)}");
        Assert.Equal((SignatureResultCode.Pass, null), (result.Code, result.Reason));
        Assert.Equal([name], result.UnsignedCopies);
        Assert.Equal($"further {field} not signed", result.ToMethodResult().Comment);
    }

    [Theory]
    [InlineData("Subject: Monthly notes", true)]
    [InlineData("subject:Monthly\r\n notes \t", true)] // folding and white space at the ends
    [InlineData("Subject: Monthly\r\n\tnotes", false)]
    [InlineData("Subject: Monthly  notes", false)]
    [InlineData("Subject: monthly notes", false)]
    [InlineData("Content-Type: multipart/mixed; boundary=\"a b\"", true)]
    [InlineData("Content-Type: multipart/mixed; boundary=\"a  b\"", false)] // white space inside a boundary is content
    public async Task A_copy_that_says_the_same_keeps_the_pass(string copy, bool passes)
    {
        var result = await VerifyAsync($"{copy}\r\n{Signed(Names)}");
        Assert.Equal(passes ? SignatureResultCode.Pass : SignatureResultCode.Policy, result.Code);
    }

    [Fact]
    public async Task Each_signature_is_judged_for_itself()
    {
        // A list adds its Subject above and signs both; the author's signature covers one.
        var text = $"Subject: [list] notes\r\n{Signed(Names)}";
        var both = Signer.Sign(text, "from:subject:subject");
        var results = await new DkimVerifier(Signer.Resolver()).VerifyAsync(both, TestContext.Current.CancellationToken);
        Assert.Equal([SignatureResultCode.Pass, SignatureResultCode.Policy], results.Signatures.Select(result => result.Code));
    }

    [Fact]
    public async Task Of_several_signed_instances_that_differ_one_more_is_open_whatever_it_says()
    {
        // Signed: B above A. Another A on top would be shown by programs that take the first, which so far showed B.
        var signed = Encoding.Latin1.GetString(Signer.Sign("Subject: B\r\nSubject: A\r\nFrom: joe@example.com\r\n\r\nHi\r\n", "from:subject:subject"));
        Assert.Equal(SignatureResultCode.Pass, (await VerifyAsync(signed)).Code);
        Assert.Equal(SignatureResultCode.Policy, (await VerifyAsync("Subject: A\r\n" + signed)).Code);
    }

    // Lenient programs take these for a Subject of its own; to a signature they are none.
    [Theory]
    [InlineData("X-Any: a\nSubject: Urgent\r\n")]
    [InlineData("X-Any: a\rSubject : Urgent\r\n")]
    [InlineData("X-Any: a\n\nsubject: Urgent\r\n")]
    [InlineData("Sub\0ject: Urgent\r\n")]
    [InlineData("\u00ef\u00bb\u00bfSubject: Urgent\r\n")]
    [InlineData("Subject\u00a0: Urgent\r\n")]
    public async Task A_disguised_copy_counts(string lines)
    {
        var result = await VerifyAsync("Received: x\r\n" + lines + Signed(Names));
        Assert.Equal(SignatureResultCode.Policy, result.Code);
        Assert.Equal(["subject"], result.UnsignedCopies);
    }

    [Theory]
    [InlineData("X-Any: a\n Subject: Urgent\r\n")] // goes on with the line above to all
    [InlineData("X-Any: a\nSubjects: Urgent\r\n")]
    [InlineData("X-Any: a\nSubject: Monthly notes\r\n")] // says the same
    [InlineData("X-Any: Subject: Urgent\r\n")]
    [InlineData("Subject Urgent\r\n")]
    public async Task Other_odd_lines_do_not(string lines) =>
        Assert.Equal(SignatureResultCode.Pass, (await VerifyAsync("Received: x\r\n" + lines + Signed(Names))).Code);

    [Fact]
    public async Task An_option_accepts_copies_and_the_result_still_says_so()
    {
        var result = await VerifyAsync($"Subject: Urgent\r\n{Signed(Names)}", new DkimOptions { AcceptUnsignedCopies = true });
        Assert.Equal((SignatureResultCode.Pass, null), (result.Code, result.Reason));
        Assert.Equal(["subject"], result.UnsignedCopies);
        Assert.Equal("further Subject not signed", result.ToMethodResult().Comment);
    }

    [Fact]
    public async Task A_signature_that_fails_fails_with_its_own_reason()
    {
        var result = await VerifyAsync($"Subject: Urgent\r\n{Signed(Names)}more\r\n");
        Assert.Equal(SignatureResultCode.Fail, result.Code);
        Assert.Contains("body hash", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_compared_as_if_unfolded()
    {
        // By the definition, against the plain way: take out CRLF, trim, compare.
        var random = new Random(81);
        string[] parts = ["a", "b", " ", "\t", "\r\n ", "\r\n\t", "\r", "\n"];
        var alike = 0;
        for (var run = 0; run < 20_000; run++)
        {
            var (left, right) = (Make(), Make());
            var expected = Plain(left) == Plain(right);
            Assert.Equal(expected, DisguisedLines.AreAlike(TestSigner.Bytes(left), TestSigner.Bytes(right)));
            Assert.True(DisguisedLines.AreAlike(TestSigner.Bytes(left), TestSigner.Bytes(left.Trim(' ', '\t'))));
            alike += expected ? 1 : 0;
        }

        Assert.InRange(alike, 500, 19_000);

        string Make() => string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => parts[random.Next(parts.Length)]));
        static string Plain(string text) => text.Trim(' ', '\t', '\r', '\n').Replace("\r\n", string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_long_copies_are_compared_in_linear_time()
    {
        // Twice the folds take twice the steps; a search for the next fold in each step would square them.
        var folded = string.Concat(Enumerable.Repeat("\r\n a", 100_000));
        var plain = string.Concat(Enumerable.Repeat(" a", 100_000));
        Assert.True(DisguisedLines.AreAlike(TestSigner.Bytes(folded), TestSigner.Bytes(plain)));

        var header = HeaderBlock.Parse(TestSigner.Bytes(
            string.Concat(Enumerable.Range(0, 9000).Select(index => string.Create(CultureInfo.InvariantCulture, $"X: a\nSubject: {index}\r\n"))) + "Subject: 1\r\n\r\n"));
        using var fields = new HeaderFieldIndex(header);
        fields.BeginSelection();
        Assert.Equal(["subject"], SingleFields.Of(FieldCopies.Find(fields).LeftOpen(fields, ["subject"])));
    }

    private static string Signed(string fields) => Encoding.Latin1.GetString(Signer.Sign(Message, fields));

    private static async Task<DkimResult> VerifyAsync(string message, DkimOptions? options = null, IDnsResolver? resolver = null) =>
        Assert.Single((await new DkimVerifier(resolver ?? Signer.Resolver(), options)
            .VerifyAsync(TestSigner.Bytes(message), TestContext.Current.CancellationToken)).Signatures);
}
