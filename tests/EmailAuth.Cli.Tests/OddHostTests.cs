using System.Diagnostics;
using System.Net.NetworkInformation;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>The command on a machine whose OpenSSL is there and does not work, and on one that names no DNS server.</summary>
public sealed class OddHostTests : IDisposable
{
    private const string Because = "OpenSSL (libssl) cannot be used on the verifying host";

    private static readonly string[] Verify =
        ["verify", "testdata/messages/rfc8463-a3.eml", "--zone", "testdata/zones/rfc8463.json", "--ip", "192.0.2.1", "--mail-from", "joe@football.example.com"];

    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-odd-host-").FullName;

    public OddHostTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has OpenSSL looked for.");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Of its providers only one without algorithms.
    [Fact]
    public async Task OpenSSL_without_algorithms_is_as_good_as_none()
    {
        var settings = Path.Combine(_folder, "openssl.cnf");
        await File.WriteAllTextAsync(
            settings, "openssl_conf = all\n[all]\nproviders = them\n[them]\nbase = on\n[on]\nactivate = 1\n", TestContext.Current.CancellationToken);
        AssertUnverified(await CommandRun.WithEnvironmentAsync("OPENSSL_CONF", settings, Verify));
    }

    [Fact]
    public async Task Without_dotnets_own_library_nothing_is_verified()
    {
        var run = await RunAsync("LACKS_LIBRARY", "System.Security.Cryptography.Native", Verify);
        if (Environment.GetEnvironmentVariable("EMAILAUTH_COMMAND") is null)
        {
            AssertUnverified(run);
            return;
        }

        // The published command has it in itself.
        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Contains("dkim=pass", run.Output, StringComparison.Ordinal);
    }

    // As in the C library; a server of another network would learn what is asked.
    [Fact]
    public async Task Where_no_DNS_server_is_named_the_one_of_this_host_is_asked()
    {
        var listeners = IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners();
        Assert.SkipWhen(listeners.Any(static listener => listener.Port == 53), "This host has a DNS server.");
        var run = await RunAsync("LACKS_FILE", "/etc/resolv.conf", "spf", "example.com");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains(" 127.0.0.1:53", run.Error, StringComparison.Ordinal);
    }

    private static void AssertUnverified(CommandRun run)
    {
        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Contains("dkim=temperror", run.Output, StringComparison.Ordinal);
        Assert.Contains("dmarc=pass", run.Output, StringComparison.Ordinal);
        Assert.Contains(Because, run.Output.ReplaceLineEndings(string.Empty), StringComparison.Ordinal);
    }

    private async Task<CommandRun> RunAsync(string variable, string value, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "Not installed: gcc.");
        var shim = Path.Combine(_folder, "no_files.so");
        using (var compiler = Process.Start(
            "/usr/bin/gcc", ["-D_GNU_SOURCE", "-shared", "-fPIC", "-o", shim, Repository.PathOf("tests", "EmailAuth.Cli.Tests", "no_files.c"), "-ldl"]))
        {
            await compiler.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, compiler.ExitCode);
        }

        var start = CommandRun.StartInfo(arguments);
        start.Environment["LD_PRELOAD"] = shim;
        start.Environment[variable] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CommandRun(process.ExitCode, output, await error);
    }
}
