using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>A body is signed as it travels: each line ends in CRLF (RFC 6376 section 5.3).</summary>
public class SigningLineBreakTests
{
    private const string Header = "From: alice@example.com\r\nSubject: Hi\r\n\r\n";

    private static readonly PemSigningKey Edwards = PemSigningKey.Load(TestSigner.Ed25519.Pem);

    private static readonly DkimSigner Signer = new([new() { Domain = DomainName.Parse("example.com").Value!, Selector = "s", Key = Edwards }]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Hello\nline two\nthree \rx\n", false, "lines of a file below a header of a message")]
    [InlineData("\n", false, "nothing but an LF")]
    [InlineData("\r", false, "a CR that nothing follows")]
    [InlineData("Hello\r\nx\r", false, "the same at the end of a line")]
    [InlineData("Hello\r\n\n", false, "an LF behind CRLF")]
    [InlineData("Hello\r\r\n", false, "a CR before CRLF")]
    [InlineData("Hello\n\r", false, "the two the wrong way round")]
    [InlineData("a\rb\r\n", false, "a CR in a line")]
    [InlineData("a\nb\r\n", false, "an LF in a line")]
    [InlineData("a\rb\nc\r\n", false, "as many CR as LF")]
    [InlineData("", true, "nothing")]
    [InlineData("\r\n\r\n\r\n", true, "empty lines")]
    [InlineData("Hello\r\nthe last line has no end", true, "an end that the MTA adds")]
    public async Task A_body_is_signed_only_if_its_lines_end_in_CRLF(string body, bool isSigned, string why)
    {
        var message = TestSigner.Bytes(Header + body);

        var signing = await Signer.SignAsync(message, Cancellation);

        Assert.True((signing.Fields.Length == 1) == isSigned, why);
        Assert.Equal(isSigned ? null : "bare_line_break", signing.ReasonCode);
        for (var size = 1; size <= 3; size++)
        {
            Assert.Equal(signing.Reason, (await Signer.SignAsync(MessageForms.Stream(message, size), Cancellation)).Reason);
            Assert.Equal(signing.Reason, (await InPiecesAsync(body, size)).Reason);
        }
    }

    // A file in which each line ends in LF is converted, whatever its length. A CR in it stays, and travels before a CRLF or alone.
    [Theory]
    [InlineData("Hello\n\nBye\n", true)]
    [InlineData("\n\n", true)]
    [InlineData("Hello\r\nBye\n", false)]
    [InlineData("Hello\rBye\n", false)]
    public async Task A_message_with_line_feeds_is_signed_as_it_leaves(string body, bool isSigned)
    {
        var message = TestSigner.Bytes(Header.ReplaceLineEndings("\n") + body);

        Assert.Equal(isSigned ? null : "bare_line_break", (await Signer.SignAsync(message, Cancellation)).ReasonCode);
        Assert.Equal(isSigned ? null : "bare_line_break", (await Signer.SignAsync(MessageForms.Stream(message, 1), Cancellation)).ReasonCode);
    }

    [Property(MaxTest = 300)]
    public void What_is_signed_reads_the_same_with_each_kind_of_line_end(int seed)
    {
        var random = new Random(seed);
        var body = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => random.Next(12) switch { 0 => "\r", 1 => "\n", < 6 => "\r\n", _ => "text" }));
        var plain = body.Replace("\r\n", "", StringComparison.Ordinal);

        var signing = InPiecesAsync(body, random.Next(1, 9)).GetAwaiter().GetResult();

        Assert.Equal(plain.Contains('\r', StringComparison.Ordinal) || plain.Contains('\n', StringComparison.Ordinal), signing.ReasonCode == "bare_line_break");
    }

    private static async Task<DkimSigning> InPiecesAsync(string body, int size)
    {
        using var session = new DkimSigningSession();
        session.AddHeaderField("From"u8, " alice@example.com"u8);
        session.EndOfHeaders();
        foreach (var piece in Encoding.Latin1.GetBytes(body).Chunk(size))
        {
            session.AppendBody(piece);
            session.AppendBody([]);
        }

        return await session.CompleteAsync(Signer, Cancellation);
    }
}
