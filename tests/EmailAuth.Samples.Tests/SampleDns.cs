using System.Globalization;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Tests.TestSupport;

[assembly: AssemblyFixture(typeof(EmailAuth.Samples.Tests.SampleDns))]

namespace EmailAuth.Samples.Tests;

/// <summary>The name server of the samples (src/Samples/nsd.conf) on a port of its own. One serves all classes.</summary>
public sealed class SampleDns : IAsyncLifetime
{
    /// <summary>The address of the name server on the pages.</summary>
    public const string OnThePage = "127.0.0.1:5353";

    private readonly int _port = LoopbackPort.Take();

    private readonly string _configuration = Path.GetTempFileName();

    private Daemon? _server;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    public async ValueTask InitializeAsync()
    {
        if (Programs.Find("nsd") is not { } nsd)
        {
            return;
        }

        var text = await File.ReadAllTextAsync(Repository.PathOf("src", "Samples", "nsd.conf"));
        Assert.Contains("127.0.0.1@5353", text, StringComparison.Ordinal);
        Assert.Contains("\"src/Samples\"", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_configuration, text
            .Replace("@5353", string.Create(CultureInfo.InvariantCulture, $"@{_port}"), StringComparison.Ordinal)
            .Replace("\"src/Samples\"", $"\"{Repository.PathOf("src", "Samples")}\"", StringComparison.Ordinal)
            .Replace("/tmp/emailauth-samples.zones", $"{_configuration}.zones", StringComparison.Ordinal));
        _server = await Daemon.StartAsync(nsd, ["-d", "-c", _configuration], () => Daemon.ListensAsync(_port));
    }

    /// <summary>Skips a test where the name server or another program that it needs is absent.</summary>
    public void Need(params string[] programs)
    {
        Assert.SkipWhen(_server is null, "Not installed: nsd.");
        foreach (var program in programs)
        {
            Assert.SkipWhen(Programs.Find(program) is null, $"Not installed: {program}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        File.Delete(_configuration);
    }
}
