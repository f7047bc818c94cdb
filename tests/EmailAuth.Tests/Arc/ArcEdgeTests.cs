using System.Globalization;
using EmailAuth.Arc;
using EmailAuth.Tests.Dkim;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Arc;

/// <summary>Where rules of ARC end.</summary>
public class ArcEdgeTests
{
    // RFC 8617 section 5.2 names the set where the chain breaks.
    [Theory]
    [InlineData("ARC-Seal", 2)]
    [InlineData("ARC-Message-Signature", 1)]
    [InlineData("ARC-Authentication-Results", 3)]
    public async Task A_set_without_one_of_its_fields_is_named(string field, int instance)
    {
        var message = ArcSamples.Message;
        for (var hop = 1; hop <= 3; hop++)
        {
            message = ArcPlainSigner.Seal(message, "mx.example.net; none");
        }

        var lines = message.Split("\r\n").Where(line => !line.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{field}: i={instance};"), StringComparison.Ordinal));
        var result = await ArcSamples.Verify(string.Join("\r\n", lines));
        Assert.Equal((ArcResultCode.Fail, instance), (result.Code, result.FailingInstance));
    }

    // RFC 6376 section 3.5: t= in the future is refused past the skew of the clocks, 300 seconds.
    [Theory]
    [InlineData(300, ArcResultCode.Pass)]
    [InlineData(301, ArcResultCode.Fail)]
    public async Task A_seal_may_be_as_far_ahead_as_clocks_differ(int seconds, ArcResultCode expected)
    {
        var message = await ArcSamples.Pass(ArcSamples.Message, 1);
        var start = message.IndexOf("t=", StringComparison.Ordinal) + 2;
        var signedAt = long.Parse(message.AsSpan(start, message.IndexOf(';', start) - start), CultureInfo.InvariantCulture);
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(signedAt - seconds));
        var result = await new ArcVerifier(ArcSamples.Resolver(), null, clock).VerifyAsync(TestSigner.Bytes(message), TestContext.Current.CancellationToken);
        Assert.Equal(expected, result.Code);
    }
}
