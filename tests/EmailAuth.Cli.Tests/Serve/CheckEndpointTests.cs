using System.Net;
using System.Text;
using EmailAuth.Cli.Serve;
using EmailAuth.Policy;
using Xunit;

namespace EmailAuth.Cli.Tests.Serve;

/// <summary>What a host that only knows names cannot remove.</summary>
public class CheckEndpointTests
{
    // RFC 5322 section 2.2.3: such a line continues the field that the host puts on top, and no name says that it is meant.
    [Theory]
    [InlineData(" ; dmarc=pass header.from=bank.example (x: y)\r\n", true)]
    [InlineData("\tAuthentication-Results: mx.example.org; dmarc=pass\r\n", true)]
    [InlineData(" no colon\r\n", true)]
    [InlineData("Authentication-Results: mx.example.org; dmarc=pass\r\n", false)]
    [InlineData("\vX: y\r\n", false)] // its name says which one it is
    [InlineData("X: y\r\n", false)]
    public async Task A_first_line_that_would_continue_our_field_is_refused(string first, bool isRefused)
    {
        var pipeline = new AuthenticationPipeline(ServeRun.Zone, new AuthenticationOptions { AuthservId = "mx.example.org" });
        var outcome = await pipeline.AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), "mail.example", "joe@other.example"),
            Encoding.ASCII.GetBytes(first + "From: joe@other.example\r\n\r\nhi\r\n"),
            TestContext.Current.CancellationToken);
        var told = CheckEndpoint.Told(outcome, CheckEndpoint.NamesToRemove(outcome)).Disposition;
        var reply = isRefused ? "550 5.6.0 Not accepted: the message starts with white space" : null;
        Assert.Equal((isRefused ? DispositionAction.Reject : DispositionAction.Accept, reply), (told.Action, told.Reply?.ToString()));
    }
}
