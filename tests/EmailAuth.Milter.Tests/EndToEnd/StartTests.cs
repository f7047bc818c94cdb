using System.Net;
using System.Net.Sockets;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>What an operator sees when the milter starts, or cannot.</summary>
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
    public async Task Without_OpenSSL_what_needs_no_signature_is_good()
    {
        var (exit, said) = await RunAsync($"LD_PRELOAD={await NoOpenSslAsync()}", "--authserv-id", "mx.example.org", "--check", "--set", "Methods=spf,dmarc,iprev");

        Assert.True(exit == 0, said);
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_and_nothing_is_said_to_listen()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (exit, said) = await RunAsync("A=b", "--authserv-id", "mx.example.org", "--listen", taken.LocalEndpoint.ToString()!);

        Assert.Equal((1, $"cannot serve: {taken.LocalEndpoint}: the address is in use"), (exit, said.TrimEnd()));
    }

    [Fact]
    public async Task A_file_system_that_is_read_only_is_called_so()
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
        await Eventually.AsyncTrue(
            () => Task.FromResult(milter.Output.Contains("listening at", StringComparison.Ordinal)), TimeSpan.FromSeconds(30), () => milter.Output);

        var (_, said) = await Daemon.RunAsync(Programs.Find("stat")!, "-c", "%U:%G %a", path);

        Assert.Equal("daemon:daemon 660", said.TrimEnd());
    }

    [Fact]
    public async Task The_usage_line_has_the_name_of_the_program()
    {
        var (exit, said) = await RunAsync("A=b", "--help");

        Assert.Equal(0, exit);
        Assert.Contains("\n  EmailAuth.Milter [options]\n", said, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string[] Command(params string[] arguments) => ["dotnet", Path.Combine(AppContext.BaseDirectory, "EmailAuth.Milter.dll"), .. arguments];

    private static Task<(int Exit, string Output)> RunAsync(string variable, params string[] arguments) =>
        Daemon.RunAsync(Programs.Find("env")!, [variable, .. Command(arguments)]);

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
