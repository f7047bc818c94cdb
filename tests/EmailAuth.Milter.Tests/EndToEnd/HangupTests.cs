using System.Globalization;
using EmailAuth.Milter.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>SIGHUP asks for a reload and never ends the milter, whenever it comes.</summary>
public sealed class HangupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-hangup-").FullName;

    private string SocketPath => Path.Combine(_folder, "milter.sock");

    // The configuration is a pipe at first, so that the signal comes when the milter has begun to read it and no service is there yet.
    [Fact]
    public async Task A_reload_that_comes_before_the_service_has_started_is_done_when_it_starts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes with a name are made by mkfifo, and there is no SIGHUP elsewhere.");
        var (pipe, file) = (Path.Combine(_folder, "milter.json"), Path.Combine(_folder, "later.json"));
        await File.WriteAllTextAsync(file, Configuration(), TestContext.Current.CancellationToken);
        var (made, why) = await Daemon.RunAsync("mkfifo", pipe);
        Assert.True(made == 0, why);
        var command = MilterProcess.Command(pipe);
        await using var milter = await Daemon.StartAsync(command[0], command[1..], static () => Task.FromResult(true));

        // The first line ends when both ends of the pipe are open.
        var (exit, said) = await Daemon.RunAsync(
            "timeout", "60", "/bin/sh", "-c", "exec 3>\"$1\"; kill -HUP \"$2\"; sleep 0.5; cat \"$3\" >&3; mv \"$3\" \"$1\"; exec 3>&-",
            "sh", pipe, milter.Process.Id.ToString(CultureInfo.InvariantCulture), file);

        Assert.True(exit == 0, $"{said}{milter.Output}");
        await SaysAsync(milter, "listening at");
        await SaysAsync(milter, "configuration read again");
    }

    [Fact]
    public async Task A_reload_while_it_stops_does_not_end_the_message_in_progress()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no SIGHUP elsewhere.");
        var file = Path.Combine(_folder, "milter.json");
        await File.WriteAllTextAsync(file, Configuration(), TestContext.Current.CancellationToken);
        await using var milter = await MilterProcess.StartAsync(file, SocketPath);
        using var mta = await MtaConnection.OpenAsync(SocketPath);
        var message = Packets.Message();
        await mta.SendAsync([Packets.Offer(), Packets.Connect(), Packets.Helo(), .. message[..^1]]);
        Assert.Equal("O", await mta.ReadCodesAsync(1));

        await SignalAsync(milter, "-TERM");
        await SaysAsync(milter, "stopping;");
        await SignalAsync(milter, "-HUP");
        await Task.Delay(TimeSpan.FromSeconds(0.5), TestContext.Current.CancellationToken);
        await mta.SendAsync(message[^1], Packets.Quit);

        Assert.Equal("ic", await mta.ReadCodesAsync(2));
        await milter.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, milter.Process.ExitCode);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<(int Exit, string Output)> SignalAsync(Daemon milter, string signal) =>
        Daemon.RunAsync("kill", signal, milter.Process.Id.ToString(CultureInfo.InvariantCulture));

    private static Task SaysAsync(Daemon milter, string text) =>
        Eventually.True(() => milter.Output.Contains(text, StringComparison.Ordinal), () => milter.Output);

    // Nobody answers at port 1: each lookup fails at once.
    private string Configuration() =>
        $$"""
        {
          "AuthservId": "mx.example.org", "Listen": "unix:{{SocketPath}}", "SocketMode": "0666", "Dns": { "Servers": "127.0.0.1:1", "Timeout": "500ms" }
        }
        """;
}
