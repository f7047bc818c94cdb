using System.Net;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>A message is judged alike whether it is handed in whole, read in pieces, or fed field by field; also where a limit cuts it.</summary>
public class MessageFormsTests
{
    private const int Limit = 1024;

    private static readonly string[] Names = ["Subject", "To", "subject ", "Received", "X\r\n ", "ARC-Seal", "Authentication-Results", "From"];
    private static readonly string[] Values = ["", " ", " a  b", "\r\n c", " a\r\n \r\n b", "\t", " \u00fc\u0000", " a\rb", " a\nFrom: x@y.example", " mx.example.org; spf=pass", " i=1; cv=none"];
    private static readonly string[] Pieces = ["", " ", "\t", "\r\n", "\r\n\r\n", "\r", "\n", "text", " x ", "\r\r\n", "\0"];

    private static readonly AuthenticationPipeline Pipeline = new(TestSigner.Rsa2048.Resolver(), new AuthenticationOptions
    {
        AuthservId = "mx.example.org",
        MessageLimits = new MessageLimits { MaxHeaderBytes = Limit, MaxHeaderFields = 16 },
    });

    private static readonly SmtpEnvelope Envelope = new(IPAddress.Loopback, "h.example", "joe@example.com");

    [Fact]
    public async Task Random_messages_around_the_limits_are_judged_alike_in_each_form()
    {
        var random = new Random(20261);
        var (cut, passed) = (0, 0);
        for (var run = 0; run < 1500; run++)
        {
            var (fields, body) = Make(random);
            var expected = await CheckAsync(fields, body, random);
            cut += expected.Dkim!.Signatures is [{ ReasonCode: "header_limit" }] ? 1 : 0;
            passed += expected.Dkim.Code == EmailAuth.Signatures.SignatureResultCode.Pass ? 1 : 0;
        }

        Assert.InRange(cut, 100, 1400);
        Assert.InRange(passed, 100, 1400);
    }

    // The limit is a count of the fields' bytes, the empty line not among them.
    [Theory]
    [InlineData(-3, false)]
    [InlineData(-2, false)]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    public async Task At_the_very_limit_of_bytes_all_forms_agree(int more, bool isCut)
    {
        var random = new Random(1);
        foreach (var body in new[] { "", "x", "\r\n", "\r\n\r\n", "\n", " x" })
        {
            var first = "From: joe@example.com\r\n";
            var outcome = await CheckAsync([first, "X:" + new string('x', Limit + more - first.Length - 4) + "\r\n"], body, random);
            Assert.Equal(isCut, outcome.Author.Defect == AuthorDefect.IncompleteHeader);
        }
    }

    private static (List<string> Fields, string Body) Make(Random random)
    {
        var fields = Enumerable.Range(0, random.Next(18)).Select(_ => $"{Pick(random, Names)}:{Pick(random, Values)}\r\n").ToList();
        if (random.Next(4) == 0)
        {
            fields.Add($"X-Long:{new string('y', random.Next(1100))}\r\n");
        }

        fields.Insert(random.Next(fields.Count + 1), "From: joe@example.com\r\n");
        var body = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Pick(random, Pieces)));
        if (random.Next(3) == 0)
        {
            return (fields, body);
        }

        // A signature on top, which holds unless a limit is in its way.
        var signed = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign("From: joe@example.com\r\n\r\n" + body, "from", Pick(random, ["simple/simple", "relaxed/relaxed"])));
        fields.Insert(0, signed[..signed.IndexOf("From: joe@example.com", StringComparison.Ordinal)]);
        fields.RemoveAll(field => field.StartsWith("From:", StringComparison.Ordinal) && field != "From: joe@example.com\r\n");
        return (fields, body);
    }

    private static async Task<AuthenticationOutcome> CheckAsync(List<string> fields, string body, Random random)
    {
        var message = TestSigner.Bytes(string.Concat(fields) + "\r\n" + body);
        var whole = await Pipeline.AuthenticateAsync(Envelope, message, TestContext.Current.CancellationToken);
        await using var stream = new ChunkedStream(message, 1 + random.Next(40));
        var streamed = await Pipeline.AuthenticateAsync(Envelope, stream, TestContext.Current.CancellationToken);
        var fed = await FeedAsync(fields, TestSigner.Bytes(body), random);
        Assert.Equal(JsonOf(whole), JsonOf(streamed));
        Assert.Equal(JsonOf(whole), JsonOf(fed));
        Assert.Equal(
            whole.FieldsToRemove.Select(field => (field.Index, field.Name, field.Occurrence, field.Reason)),
            fed.FieldsToRemove.Select(field => (field.Index, field.Name, field.Occurrence, field.Reason)));
        return whole;
    }

    private static async Task<AuthenticationOutcome> FeedAsync(List<string> fields, byte[] body, Random random)
    {
        await using var session = Pipeline.BeginSession(Envelope.ClientAddress, Envelope.Helo);
        session.SetMailFrom(Envelope.MailFrom!);
        foreach (var field in fields)
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            session.AddHeaderField(TestSigner.Bytes(field[..colon]), TestSigner.Bytes(field[(colon + 1)..^2]));
        }

        session.EndOfHeaders();
        for (var start = 0; start < body.Length;)
        {
            var length = Math.Min(1 + random.Next(9), body.Length - start);
            session.AppendBody(body.AsSpan(start, length));
            start += length;
        }

        return await session.CompleteAsync(TestContext.Current.CancellationToken);
    }

    private static string JsonOf(AuthenticationOutcome outcome) => outcome.ToJsonWithoutTimes();

    private static string Pick(Random random, string[] choices) => choices[random.Next(choices.Length)];
}
