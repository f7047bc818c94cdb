using EmailAuth.Milter.Tests.EndToEnd;

namespace EmailAuth.Milter.Tests.Configuration;

public sealed class MilterCommandLineTests
{
    [Fact]
    public async Task A_good_configuration_is_said_to_be_good()
    {
        var (exit, output, error) = await RunAsync("--check", "--authserv-id", "mx.example.org", "--listen", "unix:/run/x.sock,127.0.0.1:8891");

        Assert.Equal(0, exit);
        Assert.Contains("good; it listens at unix:/run/x.sock, inet:8891@127.0.0.1", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Fact]
    public async Task A_bad_one_ends_with_78_and_says_which_key()
    {
        var (exit, _, error) = await RunAsync("--check", "--set", "MaxConnections=none");

        Assert.Equal(78, exit);
        Assert.Contains("MaxConnections: 'none'", error, StringComparison.Ordinal);
        Assert.Contains("AuthservId: missing", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_check_a_bad_configuration_does_not_start()
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
