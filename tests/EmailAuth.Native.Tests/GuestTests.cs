using System.Text.Json.Nodes;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Native.Tests.TestSupport;

namespace EmailAuth.Native.Tests;

/// <summary>The published library in programs that have signals, forks, a chroot and limits of their own.</summary>
public sealed class GuestTests(Workshop workshop) : IClassFixture<Workshop>
{
    private const string Success = "as it should be\n";

    /// <summary>What <c>guest.c</c> tries, and why it matters.</summary>
    public static TheoryData<string, string> Trials => new()
    {
        { "signals", "threads of the library block signals, which come to sigwait as without it" },
        { "sigpipe", "a SIGPIPE handler of the program's own stays" },
        { "no-sigpipe-handler", "without one SIGPIPE ends nothing" },
        { "forks", "a child forked after the first call is answered, not left to hang" },
        { "chroot", "OpenSSL is loaded before the program goes into its jail" },
        { "descriptors", "OpenSSL is loaded before the program has used up its descriptors" },
        { "no-descriptors", "where it cannot be opened signatures are temperror, and the next pipeline tries again" },
        { "ehlo-again", "EHLO and MAIL FROM after a message begin the next one" },
    };

    [Theory]
    [MemberData(nameof(Trials))]
    public async Task A_program_keeps_its_own_signals_and_handlers(string trial, string why)
    {
        Assert.SkipWhen(trial == "chroot" && !Environment.IsPrivilegedProcess, "chroot(2) is for root only.");
        var program = await CompileAsync("guest");

        var (exit, said) = await Daemon.RunAsync(program, trial, Workshop.MessageFile, await InlineConfigurationAsync());

        Assert.True((exit, said) == (0, Success), $"{why}: {exit}, {said}");
    }

    [Fact]
    public async Task Without_OpenSSL_signatures_are_temperror_and_the_program_continues()
    {
        var program = await CompileAsync("without-openssl");
        var preloaded = await SharedLibrary.CompileAsync("no_openssl.c", workshop.NewFolder("preloaded"), "-shared", "-fPIC", "-ldl");

        var (exit, said) = await Daemon.RunAsync(
            "/usr/bin/env", $"LD_PRELOAD={preloaded}", program, "no-openssl", Workshop.MessageFile, await InlineConfigurationAsync());

        Assert.Equal((0, Success), (exit, said));
    }

    [Fact]
    public async Task Without_memory_for_OpenSSL_signatures_are_temperror_and_the_program_continues()
    {
        var program = await CompileAsync("without-room");

        // Room for the runtime and the library, but not for OpenSSL as well, in KB.
        var room = 64_000 + (new FileInfo(Path.Combine(SharedLibrary.Folder, "libemailauth.so.1")).Length / 1024);
        var (exit, said) = await Daemon.RunAsync(
            "/bin/sh", "-c", $"ulimit -v {room} && exec \"$@\"", "sh", program, "no-openssl", Workshop.MessageFile, await InlineConfigurationAsync());

        Assert.Equal((0, Success), (exit, said));
    }

    [Theory]
    [InlineData("every_call.c", "every call answered as it should\n")]
    [InlineData("later_calls.c", "every call answered as it should\n")]
    [InlineData("many_messages.c", "2000 messages")]
    public async Task LeakSanitizer_finds_nothing_in_a_program_that_is_built_with_it(string source, string success)
    {
        SharedLibrary.Need("gcc", "pkg-config");
        var folder = workshop.NewFolder("asan-" + source);
        var probe = workshop.Write("probe.c", "int main(void) { return 0; }\n");
        var (built, _) = await Daemon.RunAsync(Programs.Find("gcc")!, "-fsanitize=address", "-o", Path.Combine(folder, "probe"), probe);
        Assert.SkipWhen(built != 0 || (await Daemon.RunAsync(Path.Combine(folder, "probe"))).Exit != 0, "AddressSanitizer does not run here.");
        var program = await SharedLibrary.CompileAsync(source, folder, "-fsanitize=address");

        var last = source == "many_messages.c" ? "2000" : workshop.DeafConfiguration;
        var (exit, said) = await Daemon.RunAsync(program, Workshop.MessageFile, workshop.Configuration, last);

        Assert.True(exit == 0, said);
        Assert.Contains(success, said, StringComparison.Ordinal);
    }

    private Task<string> CompileAsync(string folder)
    {
        SharedLibrary.Need("gcc", "pkg-config");
        return SharedLibrary.CompileAsync("guest.c", workshop.NewFolder(folder));
    }

    // A zone within: without descriptors no file of zones can be read.
    private async Task<string> InlineConfigurationAsync()
    {
        var zone = JsonNode.Parse(await File.ReadAllTextAsync(Workshop.ZoneFile, TestContext.Current.CancellationToken));
        return workshop.Write(
            "inline.json", new JsonObject { ["AuthservId"] = "mx.example.org", ["Dns"] = new JsonObject { ["Zone"] = zone } }.ToJsonString());
    }
}
