using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Milter.Service;
using EmailAuth.Milter.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>What an operator sees when the milter starts, or cannot, and when it has used up what the system gives it.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-start-").FullName;

    [Theory]
    [InlineData("--check")]
    [InlineData("--set", "LogFormat=text")]
    public async Task Without_OpenSSL_it_does_not_start_and_says_why(params string[] arguments)
    {
        var (exit, said) = await RunAsync(
            $"LD_PRELOAD={await NoOpenSslAsync()}", ["--authserv-id", "mx.example.org", "--listen", $"unix:{_folder}/a.sock", .. arguments]);

        Assert.Equal(78, exit);
        Assert.StartsWith("OpenSSL cannot be loaded, and without it no signature can be verified: ", said, StringComparison.Ordinal);
        Assert.Single(said.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Without_OpenSSL_a_configuration_without_signatures_is_valid()
    {
        var (exit, said) = await RunAsync($"LD_PRELOAD={await NoOpenSslAsync()}", "--authserv-id", "mx.example.org", "--check", "--set", "Methods=spf,dmarc,iprev");

        Assert.True(exit == 0, said);
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_and_no_line_says_listening()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (exit, said) = await RunAsync("A=b", "--authserv-id", "mx.example.org", "--listen", taken.LocalEndpoint.ToString()!);

        Assert.Equal((1, $"cannot serve: {taken.LocalEndpoint}: the address is in use"), (exit, said.TrimEnd()));
    }

    [Fact]
    public async Task The_error_for_a_read_only_file_system_says_so()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Programs.Find("unshare") is not null, "A file system is mounted by root only.");
        var script = $"mount -t tmpfs -o ro tmpfs {_folder} && exec \"$@\"";
        var (mounted, why) = await Daemon.RunAsync(Programs.Find("unshare")!, "-m", "/bin/sh", "-c", script, "sh", "true");
        Assert.SkipWhen(mounted != 0, $"Nothing can be mounted here: {why}");

        var (exit, said) = await Daemon.RunAsync(
            Programs.Find("unshare")!, ["-m", "/bin/sh", "-c", script, "sh", .. Command("--authserv-id", "mx.example.org", "--listen", $"unix:{_folder}/a.sock")]);

        Assert.Equal((1, $"cannot serve: {_folder}/a.sock: Read-only file system"), (exit, said.TrimEnd()));
    }

    [Fact]
    public async Task The_socket_is_given_to_the_owner_and_group_that_are_named()
    {
        var path = Path.Combine(_folder, "given.sock");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may give a file to any group.");
        await using var milter = await Daemon.StartAsync(
            "dotnet", Command("--authserv-id", "mx.example.org", "--listen", $"unix:{path}", "--set", "SocketGroup=daemon", "--set", "SocketOwner=1").Skip(1),
            () => Task.FromResult(File.Exists(path)));
        await SaysAsync(milter, "listening at");

        var (_, said) = await Daemon.RunAsync(Programs.Find("stat")!, "-c", "%U:%G %a", path);

        Assert.Equal("daemon:daemon 660", said.TrimEnd());
    }

    [Fact]
    public async Task Without_free_descriptors_it_waits_logs_that_and_recovers()
    {
        const int limit = 400;
        var (path, port) = (Path.Combine(_folder, "few.sock"), LoopbackPort.Take());
        await using var milter = await StartWithAsync($"ulimit -n {limit}", path, port);
        const string warning = "MaxConnections is 5000, but the process may have 400 files open at a time, which is enough for ";
        Assert.Contains(warning, milter.Output, StringComparison.Ordinal);
        var capacity = int.Parse(milter.Output.Split(warning)[1].Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.InRange(capacity, 50, 190);

        var started = Stopwatch.GetTimestamp();
        using var http = new HttpClient();
        var idle = new List<MtaConnection>();
        try
        {
            for (var i = 0; i < 500; i++)
            {
                idle.Add(await MtaConnection.OpenAsync(path));
            }

            await SaysAsync(milter, $"connections cannot be accepted: {capacity} are open");

            // What is left is for .NET, which ends the process when it gets no descriptor for a thread.
            Assert.InRange(Directory.GetFileSystemEntries($"/proc/{milter.Process.Id}/fd").Length, capacity, limit - 60);
            Assert.True(await idle[0].IsServedAsync(), milter.Output);
            Assert.Equal("ok\n", await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/health"), TestContext.Current.CancellationToken));

            // The connection that waited has its turn once another has ended.
            Assert.True(await idle[capacity].IsServedAsync(), milter.Output);
        }
        finally
        {
            idle.ForEach(connection => connection.Dispose());
        }

        using (var mta = await MtaConnection.OpenAsync(path))
        {
            Assert.True(await mta.IsServedAsync(), milter.Output);
        }

        Assert.False(milter.Process.HasExited, milter.Output);

        // Once a minute while it lasts.
        var minutes = 1 + (int)Stopwatch.GetElapsedTime(started).TotalMinutes;
        Assert.InRange(milter.Output.Split('\n').Count(line => line.Contains("connections cannot be accepted", StringComparison.Ordinal)), 1, minutes);

        // Each connection waited at most once, and was counted again each minute; without a rest there are thousands.
        var metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), TestContext.Current.CancellationToken);
        var failures = metrics.Split('\n').Single(line => line.StartsWith("emailauth_milter_accept_failures_total", StringComparison.Ordinal)).Split(' ')[1];
        Assert.InRange(int.Parse(failures, CultureInfo.InvariantCulture), 1, 500 - capacity + minutes);
    }

    [Fact]
    public async Task The_soft_limit_of_descriptors_is_raised_to_the_hard_one()
    {
        var (path, port) = (Path.Combine(_folder, "soft.sock"), LoopbackPort.Take());
        await using var milter = await StartWithAsync("ulimit -n 700 && ulimit -Sn 350", path, port);

        Assert.Contains("the process may have 700 files open at a time, which is enough for ", milter.Output, StringComparison.Ordinal);
        Assert.Equal(700, DescriptorLimit.Parse(await File.ReadAllLinesAsync($"/proc/{milter.Process.Id}/limits", TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task The_usage_line_has_the_name_of_the_program()
    {
        var (exit, said) = await RunAsync("A=b", "--help");

        Assert.Equal(0, exit);
        Assert.Contains("\n  emailauth-milter [options]\n", said, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string[] Command(params string[] arguments) => ["dotnet", Path.Combine(AppContext.BaseDirectory, "EmailAuth.Milter.dll"), .. arguments];

    private static Task<(int Exit, string Output)> RunAsync(string variable, params string[] arguments) =>
        Daemon.RunAsync(Programs.Find("env")!, [variable, .. Command(arguments)]);

    private static Task SaysAsync(Daemon milter, string text) =>
        Eventually.True(() => milter.Output.Contains(text, StringComparison.Ordinal), () => milter.Output);

    private static async Task<Daemon> StartWithAsync(string limits, string path, int port)
    {
        var milter = await Daemon.StartAsync(
            "/bin/sh",
            ["-c", $"{limits} && exec \"$@\"", "sh", .. Command("--authserv-id", "mx.example.org", "--listen", $"unix:{path}", "--set", $"Http=127.0.0.1:{port}")],
            () => Task.FromResult(File.Exists(path)));
        await SaysAsync(milter, "listening at");
        return milter;
    }

    private async Task<string> NoOpenSslAsync()
    {
        Assert.SkipWhen(Programs.Find("gcc") is null, "Not installed: gcc.");
        var shim = Path.Combine(_folder, "no_openssl.so");
        var (exit, said) = await Daemon.RunAsync(
            Programs.Find("gcc")!, "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", shim, Repository.PathOf("tests", "EmailAuth.Native.Tests", "C", "no_openssl.c"), "-ldl");
        Assert.True(exit == 0, said);
        return shim;
    }
}
