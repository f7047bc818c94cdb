using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Milter.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.Configuration;

public sealed class MilterCommandLineTests
{
    [Fact]
    public async Task A_valid_configuration_is_reported_as_valid()
    {
        var (exit, output, error) = await RunAsync("--check", "--authserv-id", "mx.example.org", "--listen", "unix:/run/x.sock,127.0.0.1:8891");

        Assert.Equal(0, exit);
        Assert.Contains("the configuration is valid; the milter would listen at unix:/run/x.sock, inet:8891@127.0.0.1", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Fact]
    public async Task An_invalid_configuration_ends_with_78_and_names_the_key()
    {
        var (exit, _, error) = await RunAsync("--check", "--set", "MaxConnections=none");

        Assert.Equal(78, exit);
        Assert.Contains("MaxConnections: 'none'", error, StringComparison.Ordinal);
        Assert.Contains("AuthservId: missing", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_check_an_invalid_configuration_does_not_start()
    {
        var (exit, _, error) = await RunAsync();

        Assert.Equal(78, exit);
        Assert.Contains("AuthservId: missing", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_without_a_value_is_refused()
    {
        var (exit, _, error) = await RunAsync("--check", "--set", "AuthservId");

        Assert.Equal(78, exit);
        Assert.Contains("KEY=VALUE", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--set", "Listen=inet:1@127.0.0.1", "--set", "listen=inet:2@127.0.0.1")]
    [InlineData("--set", "Listen=inet:1@127.0.0.1", "--listen", "inet:2@127.0.0.1")]
    [InlineData("--listen", "inet:2@127.0.0.1", "--set", "AuthservId=other.example")]
    public async Task The_later_value_of_a_key_that_is_set_twice_is_used(params string[] arguments)
    {
        var (exit, output, _) = await RunAsync(["--check", "--authserv-id", "mx.example.org", .. arguments]);

        Assert.Equal(0, exit);
        Assert.Contains("would listen at inet:2@127.0.0.1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_option_is_refused() => Assert.Equal(78, (await RunAsync("--chekc")).Exit);

    [Fact]
    public async Task Help_names_every_option()
    {
        var (exit, output, _) = await RunAsync("--help");

        Assert.Equal(0, exit);
        foreach (var option in (string[])["--config", "--check", "--listen", "--authserv-id", "--set", "--version", "EMAILAUTH_MILTER_"])
        {
            Assert.Contains(option, output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_signing_table_with_an_expired_domain_is_valid_and_warned_of()
    {
        var folder = Directory.CreateTempSubdirectory("emailauth-milter-").FullName;
        try
        {
            var (table, key) = (Path.Combine(folder, "signing"), Path.Combine(folder, "key.pem"));
            await File.WriteAllTextAsync(key, Signatures.PemSigningKey.Create("ed25519-sha256"), TestContext.Current.CancellationToken);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(key, UnixFileMode.UserRead);
            }

            await File.WriteAllTextAsync(table, "example.com s1 key.pem until 2020-12-31", TestContext.Current.CancellationToken);

            var (exit, output, error) = await RunAsync("--check", "--authserv-id", "mx.example.org", "--set", $"SigningTable={table}");

            Assert.Equal((0, $"warning: SigningTable: {table}: every line of example.com has expired: its mail is not signed"), (exit, error.TrimEnd()));
            Assert.Contains("the configuration is valid", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_setting_that_is_hardly_meant_is_valid_and_warned_of()
    {
        var (exit, output, error) = await RunAsync("--check", "--authserv-id", "mx.example.org", "--set", "UncheckedClients=0.0.0.0/0", "--set", "Methods=spf", "--set", "Policy:OnReject=reject");

        Assert.Equal(0, exit);
        Assert.Equal(
            [
                "warning: UncheckedClients: it has every IPv4 address: no mail is judged",
                "warning: Policy:OnReject: reject is never done, because Methods has no dmarc",
            ],
            error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Contains("the configuration is valid", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_servers_than_are_asked_end_with_78()
    {
        var (exit, _, error) = await RunAsync(
            "--authserv-id", "mx.example.org", "--set", "Dns:Servers=" + string.Join(',', Enumerable.Range(1, 17).Select(static number => $"192.0.2.{number}")));

        Assert.Equal((78, "Dns:Servers: it has 17 values, and may have 16"), (exit, error.TrimEnd()));
    }

    [Fact]
    public async Task A_second_service_at_one_socket_is_refused_and_the_first_continues()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files of sockets are a matter of Unix.");
        await using var first = await RunningService.StartAsync(new FakeAuthenticator());

        var (exit, _, error) = await RunAsync("--authserv-id", "mx.example.org", "--listen", $"unix:{first.SocketPath}", "--set", "LogLevel=none");

        Assert.Equal((1, $"cannot serve: {first.SocketPath}: another process listens there"), (exit, error.TrimEnd()));
        using var mta = await first.ConnectAsync();
        Assert.True(await mta.IsServedAsync());
    }

    [Theory]
    [InlineData("file", "cannot serve: {0}: it exists and is not a socket")]
    [InlineData("folder", "cannot serve: {0}: it exists and is not a socket")]
    [InlineData("missing/socket", "cannot serve: {0}: the folder does not exist")]
    public async Task Without_a_possible_socket_the_reason_is_reported_and_no_file_is_deleted(string name, string says)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files of sockets are a matter of Unix.");
        var folder = Directory.CreateTempSubdirectory("emailauth-milter-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "file"), "", TestContext.Current.CancellationToken);
            Directory.CreateDirectory(Path.Combine(folder, "folder"));
            var path = Path.Combine(folder, name);

            var (exit, _, error) = await RunAsync("--authserv-id", "mx.example.org", "--listen", $"unix:{path}", "--set", "LogLevel=none");

            Assert.Equal((1, string.Format(System.Globalization.CultureInfo.InvariantCulture, says, path)), (exit, error.TrimEnd()));
            Assert.Equal(name != "missing/socket", Path.Exists(path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_address_in_use_is_named()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var (exit, _, error) = await RunAsync("--authserv-id", "mx.example.org", "--listen", taken.LocalEndpoint.ToString()!, "--set", "LogLevel=none");

        Assert.Equal(1, exit);
        Assert.Contains(taken.LocalEndpoint.ToString()!, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_in_JSON_is_reported_with_its_position()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "{\n  \"AuthservId\": mx\n}", TestContext.Current.CancellationToken);

            var (exit, _, error) = await RunAsync("--check", "--config", path);

            Assert.Equal((78, $"{path}: line 2, column 17: 'm' is an invalid start of a value."), (exit, error.TrimEnd()));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task The_environment_is_read_with_its_lists()
    {
        var env = Programs.Find("env");
        Assert.SkipWhen(env is null, "Not installed: env, which gives a program an environment of its own.");

        var (exit, output) = await Daemon.RunAsync(
            env!, "EMAILAUTH_MILTER_AuthservId=mx.example.org", "EMAILAUTH_MILTER_Listen__0=unix:/run/a.sock", "EMAILAUTH_MILTER_Listen__1=127.0.0.1:1",
            "dotnet", Path.Combine(AppContext.BaseDirectory, "EmailAuth.Milter.dll"), "--check");

        Assert.Equal(0, exit);
        Assert.Contains("unix:/run/a.sock, inet:1@127.0.0.1", output, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await MilterCommandLine.RunAsync(args, output, error, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }
}
