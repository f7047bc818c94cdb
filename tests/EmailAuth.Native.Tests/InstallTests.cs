using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Native.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Native.Tests;

/// <summary><c>make install</c> of the published library, and the manual page.</summary>
public sealed class InstallTests(Workshop workshop) : IClassFixture<Workshop>
{
    private static string Makefile { get; } = Repository.PathOf("src", "EmailAuth.Native", "Makefile");

    [Fact]
    public async Task Make_install_gives_what_a_program_is_compiled_with_and_make_uninstall_removes_it()
    {
        SharedLibrary.Need("make", "gcc", "pkg-config", "perl");
        var root = workshop.NewFolder("root");
        string[] where = ["-s", "-f", Makefile, $"BUILT={SharedLibrary.Folder}", $"DESTDIR={root}", "PREFIX=/opt/emailauth"];

        var (exit, said) = await Daemon.RunAsync(Programs.Find("make")!, [.. where, "install"]);

        Assert.True(exit == 0, said);
        Assert.Equal(
            ["include/emailauth.h", "lib/libemailauth.so", "lib/libemailauth.so.1", "lib/pkgconfig/emailauth.pc", "share/man/man3/emailauth.3"],
            Files(Path.Combine(root, "opt", "emailauth")));
        var (_, flags) = await Daemon.RunAsync(
            "/usr/bin/env", $"PKG_CONFIG_PATH={root}/opt/emailauth/lib/pkgconfig", Programs.Find("pkg-config")!, "--cflags", "--libs", "emailauth");
        Assert.Equal("-I/opt/emailauth/include -L/opt/emailauth/lib -lemailauth", flags.Trim());

        (exit, said) = await Daemon.RunAsync(Programs.Find("make")!, [.. where, "uninstall"]);

        Assert.True(exit == 0, said);
        Assert.Empty(Files(Path.Combine(root, "opt", "emailauth")));
    }

    [Fact]
    public async Task The_manual_page_has_each_function_and_no_fault_that_man_sees()
    {
        SharedLibrary.Need("perl", "man");
        var page = Path.Combine(workshop.NewFolder("man"), "emailauth.3");
        var header = Repository.PathOf("src", "EmailAuth.Native", "emailauth.h");
        var (exit, said) = await Daemon.RunAsync(
            "/bin/sh", "-c", $"VERSION=1 DATE=2000-01-01 SEE='emailauth(1)' '{Repository.PathOf("src", "Packaging", "manual")}' header emailauth 3 <'{header}' >'{page}'");
        Assert.True(exit == 0, said);

        var (shown, text) = await Daemon.RunAsync(
            "/usr/bin/env", "LC_ALL=C.UTF-8", "MANWIDTH=100", "MANROFFSEQ=", Programs.Find("man")!, "--warnings", "-E", "UTF-8", "-l", page);

        Assert.True(shown == 0, text);
        Assert.DoesNotContain("warning", text, StringComparison.Ordinal);
        foreach (var function in (string[])["emailauth_pipeline_new", "emailauth_session_take_result", "emailauth_signing_free"])
        {
            Assert.Contains(function + "(", text, StringComparison.Ordinal);
        }

        Assert.Contains("EMAILAUTH_E_UNAVAILABLE", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/*", text, StringComparison.Ordinal);
    }

    private static string[] Files(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];
}
