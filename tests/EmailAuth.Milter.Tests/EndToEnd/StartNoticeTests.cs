using System.Net.Sockets;
using System.Text;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>What systemd is told: Type=notify of the unit waits for it (sd_notify(3)).</summary>
public sealed class StartNoticeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-notice-").FullName;

    [Fact]
    public async Task It_is_told_that_the_service_listens_and_that_it_stops()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "systemd is of Linux.");
        var (configuration, listen, notices) = (Path.Combine(_folder, "milter.json"), Path.Combine(_folder, "milter.sock"), Path.Combine(_folder, "notices"));
        await File.WriteAllTextAsync(configuration, $$"""
            { "AuthservId": "mx.example.org", "Listen": [ "unix:{{listen}}" ], "SocketMode": "0666", "Dns": { "Servers": [ "127.0.0.1:1" ] } }
            """, TestContext.Current.CancellationToken);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        socket.Bind(new UnixDomainSocketEndPoint(notices));

        await using var milter = await Daemon.StartAsync(
            Programs.Find("env")!, [$"NOTIFY_SOCKET={notices}", .. MilterProcess.Command(configuration)], () => Task.FromResult(socket.Available > 0));

        Assert.Equal("READY=1", Receive(socket));
        Assert.True(await MilterProcess.AnswersAsync(listen));
        await Daemon.RunAsync("kill", "-TERM", milter.Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("STOPPING=1", Receive(socket));
        await milter.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, milter.Process.ExitCode);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Receive(Socket socket)
    {
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
