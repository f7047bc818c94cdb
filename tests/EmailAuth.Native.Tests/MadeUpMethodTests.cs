using System.Runtime.InteropServices;
using System.Text.Json;
using EmailAuth.Native.Handles;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Native.Tests;

/// <summary>The JSON that C gets has a method that exists in the tests alone: the interface has no list of its own.</summary>
public class MadeUpMethodTests
{
    [Fact]
    public async Task The_JSON_of_a_result_has_it()
    {
        var pipeline = new AuthenticationPipeline(new ZoneResolver(new Zone()), new AuthenticationOptions { AuthservId = "mx.example.org" });
        var outcome = await pipeline.AuthenticateAsync(
            new SmtpEnvelope(null, null, null), "From: joe@example.com\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var result = new NativeResult(outcome.WithMethod(new MadeUpMethod()));
        using var json = JsonDocument.Parse(Text(result));
        Assert.Equal("none at all", json.RootElement.GetProperty("made-up").GetProperty("evidence").GetString());
        result.Free();
    }

    private static unsafe string Text(NativeResult result) => Marshal.PtrToStringUTF8((nint)result.Text(ResultText.Json)!.Pointer)!;
}
