using System.Globalization;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Native.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Native.Tests;

/// <summary>
/// Sixteen threads that call every function of the library in any order, with handles of every kind and age. <c>.ci/long native</c> makes
/// 200,000 calls in each thread.
/// </summary>
public sealed class AnyOrderTests(Workshop workshop) : IClassFixture<Workshop>
{
    private const string CallsVariable = "EMAILAUTH_THREAD_CALLS";

    private static string Key => Repository.PathOf("testdata", "vectors", "make", "keys", "rsa2048.pem");

    [Fact]
    public async Task No_call_does_harm() => Check(await Daemon.RunAsync(await CompileAsync("plain"), Arguments(20_000)));

    [Fact]
    public async Task AddressSanitizer_finds_nothing() => Check(await Daemon.RunAsync(
        "/usr/bin/env", ["ASAN_OPTIONS=detect_leaks=0:handle_segv=0:use_sigaltstack=0", await CompileAsync("asan", "-fsanitize=address"), .. Arguments(5_000)]));

    // Only what is wrong with memory: what the last handles held is freed by the library's collector, when it likes.
    [Fact]
    public async Task Valgrind_finds_no_error()
    {
        SharedLibrary.Need("valgrind");
        Check(await Daemon.RunAsync(
            "/usr/bin/env",
            [
                "DOTNET_GCHeapHardLimit=0x8000000", Programs.Find("valgrind")!, "--error-exitcode=9", "--fair-sched=yes", $"--suppressions={SharedLibrary.Source("runtime.supp")}", await CompileAsync("valgrind"), .. Arguments(150, fixedCount: true),
            ]));
    }

    private async Task<string> CompileAsync(string folder, params string[] flags)
    {
        SharedLibrary.Need("gcc", "pkg-config");
        return await SharedLibrary.CompileAsync("any_order.c", workshop.NewFolder("any-order-" + folder), flags);
    }

    private string[] Arguments(int calls, bool fixedCount = false) =>
        [Workshop.MessageFile, workshop.Configuration, Key, !fixedCount && Environment.GetEnvironmentVariable(CallsVariable) is { } given ? given : calls.ToString(CultureInfo.InvariantCulture), "1"];

    private static void Check((int Exit, string Output) run)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(run.Output);
        Assert.True(run.Exit == 0, run.Output);
        Assert.Contains(" wrong handles, ", run.Output, StringComparison.Ordinal);
    }
}
