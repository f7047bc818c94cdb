using EmailAuth.Dns;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>The command against a real DNS server on loopback.</summary>
public class NameServerTests
{
    [Fact]
    public async Task A_real_server_gives_the_same_field_as_the_zone_it_serves()
    {
        Assert.SkipWhen(NsdServer.Program is null, "nsd is not installed.");
        var zone = Zone.Load(Repository.PathOf("testdata", "zones", "rfc8463.json")).Value!;
        await using var server = await NsdServer.StartAsync(zone, TestContext.Current.CancellationToken);
        string[] envelope =
        [
            "verify", "testdata/messages/rfc8463-a3.eml", "--ip", "192.0.2.1", "--helo", "mail.football.example.com",
            "--mail-from", "joe@football.example.com", "--authserv-id", "mx.example.org",
        ];
        var asked = await CommandRun.OfAsync([.. envelope, "--dns", server.EndPoint.ToString()]);
        Assert.Equal((0, ""), (asked.ExitCode, asked.Error));
        Assert.Contains("dmarc=pass", asked.Output, StringComparison.Ordinal);
        Assert.Equal((await CommandRun.OfAsync([.. envelope, "--zone", "testdata/zones/rfc8463.json"])).Output, asked.Output);
    }

    [Fact]
    public async Task A_server_that_is_not_there_makes_the_checks_temperror()
    {
        var run = await CommandRun.OfAsync(
            "verify", "testdata/messages/rfc8463-a3.eml", "--ip", "192.0.2.1", "--mail-from", "joe@football.example.com", "--dns", "127.0.0.1:1");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("dmarc=temperror", run.Output, StringComparison.Ordinal);
        Assert.Contains("spf=temperror", run.Output, StringComparison.Ordinal);
    }
}
