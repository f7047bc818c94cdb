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
            "verify", "testdata/messages/rfc8463-a3.eml", "--field", "--ip", "192.0.2.1", "--helo", "mail.football.example.com",
            "--mail-from", "joe@football.example.com", "--authserv-id", "mx.example.org",
        ];
        var asked = await CommandRun.OfAsync([.. envelope, "--dns", server.EndPoint.ToString()]);
        Assert.Equal((0, ""), (asked.ExitCode, asked.Error));
        Assert.Contains("dmarc=pass", asked.Output, StringComparison.Ordinal);
        Assert.Equal((await CommandRun.OfAsync([.. envelope, "--zone", "testdata/zones/rfc8463.json"])).Output, asked.Output);
    }

    [Fact]
    public async Task What_was_recorded_with_a_real_server_replays_to_the_same_json_when_the_server_is_gone()
    {
        Assert.SkipWhen(NsdServer.Program is null, "nsd is not installed.");
        var zone = Zone.Load(Repository.PathOf("testdata", "zones", "rfc8463.json")).Value!;
        using var recording = new TemporaryFile(string.Empty);
        CommandRun live;
        await using (var server = await NsdServer.StartAsync(zone, TestContext.Current.CancellationToken))
        {
            live = await CommandRun.OfAsync(
                "verify", "testdata/messages/rfc8463-a3.eml", "--ip", "192.0.2.1", "--helo", "mail.football.example.com", "--mail-from", "joe@football.example.com",
                "--authserv-id", "mx.example.org", "--dns", server.EndPoint.ToString(), "--json", "--record", recording.Path);
        }

        Assert.Equal((0, ""), (live.ExitCode, live.Error));
        var replay = await CommandRun.OfAsync("vectors", recording.Path, "--outcomes");
        Assert.Equal("1 vector: 1 passed, 0 failed", replay.Error.TrimEnd());
        Assert.Equal(WithoutTimes(live.Output), WithoutTimes(replay.Output));

        // Nor what the command adds about signatures that fail, as none does here.
        static string WithoutTimes(string json) =>
            string.Join('\n', json.ReplaceLineEndings("\n").Split('\n').Where(line => !line.Contains("elapsed", StringComparison.Ordinal)
                && line.Trim() is not ("\"signature_diagnoses\": []," or "\"copy_comparisons\": [],")));
    }

    [Fact]
    public async Task A_key_behind_an_alias_is_explained_as_with_the_zone()
    {
        Assert.SkipWhen(NsdServer.Program is null, "nsd is not installed.");
        using var file = SharedCases.ZoneOf("text/inspect-dangling-alias");
        await using var server = await NsdServer.StartAsync(Zone.Load(file.Path).Value!, TestContext.Current.CancellationToken);
        var asked = await CommandRun.OfAsync("dkim", "a.example", "s1", "--dns", server.EndPoint.ToString());
        Assert.Contains("s1._domainkey.a.example is an alias of gone.esp.example, which does not exist", asked.Output, StringComparison.Ordinal);
        Assert.Equal(await CommandRun.OfAsync("dkim", "a.example", "s1", "--zone", file.Path), asked);
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
