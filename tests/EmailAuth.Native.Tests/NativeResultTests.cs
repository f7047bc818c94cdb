using System.Net;
using System.Text;
using EmailAuth.Native.Handles;

namespace EmailAuth.Native.Tests;

/// <summary>The texts of a result, which C reads up to their NUL.</summary>
public class NativeResultTests
{
    [Fact]
    public async Task A_NUL_in_the_name_of_a_field_does_not_end_the_text()
    {
        var pipeline = new AuthenticationPipeline(new ZoneResolver(new Zone()), new AuthenticationOptions { AuthservId = "mx.example.org" });
        var outcome = await pipeline.AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), "mail.example", "joe@other.example"),
            "Authentication-Results\0: mx.example.org; dmarc=pass\r\nFrom: joe@other.example\r\n\r\nhi\r\n"u8.ToArray(),
            TestContext.Current.CancellationToken);

        var result = new NativeResult(outcome);
        Assert.Equal("Authentication-Results\ufffd", Text(result.FieldName(0)));
        result.Free();
    }

    private static unsafe string Text(NativeText text) => Encoding.UTF8.GetString(text.Pointer, (int)text.Length);
}
