using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Native.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Native.Tests;

/// <summary>The Python module <c>emailauth</c>, by its own tests, and what it has from the header.</summary>
public sealed class PythonModuleTests(Workshop workshop) : IClassFixture<Workshop>
{
    // Debian's, which has Debian's modules.
    private const string Python = "/usr/bin/python3";

    private static string Folder { get; } = Repository.PathOf("src", "EmailAuth.Native", "python");

    [Fact]
    public async Task Its_own_tests_pass()
    {
        SharedLibrary.Need("python3");
        Assert.SkipWhen(!File.Exists(Python) || (await Daemon.RunAsync(Python, "-c", "import cffi")).Exit != 0, "Not installed: python3-cffi.");

        var (exit, said) = await Daemon.RunAsync(
            "/usr/bin/env", $"EMAILAUTH_LIBRARY={Path.Combine(SharedLibrary.Folder, "libemailauth.so.1")}", $"PYTHONPATH={Folder}", "PYTHONDONTWRITEBYTECODE=1",
            $"EMAILAUTH_MESSAGE={Workshop.MessageFile}", $"EMAILAUTH_CONFIGURATION={workshop.Configuration}", Python, "-m", "unittest", "discover", "-s",
            Path.Combine(Folder, "tests"));

        Assert.True(exit == 0, said);
        Assert.Matches(@"Ran \d\d tests", said);
    }

    [Fact]
    public async Task It_declares_what_the_header_declares()
    {
        Assert.SkipUnless(File.Exists(Python), "Not installed: python3.");
        var (exit, said) = await Daemon.RunAsync(Python, Path.Combine(Folder, "make-interface"));

        Assert.True(exit == 0, said);
        Assert.Equal(said, await File.ReadAllTextAsync(Path.Combine(Folder, "emailauth", "_interface.py"), TestContext.Current.CancellationToken));
    }
}
