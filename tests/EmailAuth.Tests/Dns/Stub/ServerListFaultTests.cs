using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>A file of the system's servers that cannot be read is as good as no file.</summary>
[SupportedOSPlatform("linux")]
public class ServerListFaultTests
{
    // A user that may read every file is another one on this thread.
    private const uint Nobody = 65534;

    public ServerListFaultTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Users and files of Linux.");

    [Fact]
    public async Task One_that_may_not_be_read()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(file, "nameserver 192.0.2.1\n", TestContext.Current.CancellationToken);
        try
        {
            Assert.Equal("192.0.2.1:53", Names(file));
            File.SetUnixFileMode(file, UnixFileMode.None);
            var names = await Task.Factory.StartNew(() => NamesAs(Nobody, file), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Assert.NotEmpty(names);
            Assert.DoesNotContain("192.0.2.1:53", names, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void One_whose_reading_fails() => Assert.NotEmpty(Names("/proc/self/mem")); // nothing is at address 0

    private static string NamesAs(uint user, string file)
    {
        var before = SetFileSystemUser(user);
        try
        {
            return Names(file);
        }
        finally
        {
            _ = SetFileSystemUser((uint)before);
        }
    }

    private static string Names(string file)
    {
        using var parts = new StubParts(new StubResolverOptions { ResolvConfFile = file, DatagramReceiver = static () => null });
        using var list = new ServerList(parts.Context);
        return string.Join(' ', list.Current.Servers.Select(static server => server.Name));
    }

    // Of this thread alone.
    [DllImport("libc", EntryPoint = "setfsuid", ExactSpelling = true)]
    private static extern int SetFileSystemUser(uint user);
}
