using System.Globalization;
using System.Text.RegularExpressions;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Native.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Native.Tests;

/// <summary>The published library as programs in C and Python use it.</summary>
public sealed partial class CInterfaceTests(Workshop workshop) : IClassFixture<Workshop>
{
    private const string Success = "every call answered as it should\n";

    [Fact]
    public async Task Every_call_in_and_out_of_order_answers_as_the_header_says()
    {
        SharedLibrary.Need("gcc", "pkg-config");
        var program = await SharedLibrary.CompileAsync("every_call.c", workshop.Folder);

        Assert.Equal((0, Success), await Daemon.RunAsync(program, Workshop.MessageFile, workshop.Configuration, workshop.DeafConfiguration));
    }

    [Fact]
    public async Task Valgrind_finds_no_error_and_nothing_lost_in_every_call()
    {
        SharedLibrary.Need("gcc", "pkg-config", "valgrind");
        var program = await SharedLibrary.CompileAsync("every_call.c", workshop.NewFolder("valgrind"));

        // The runtime sets aside more address space than valgrind can oversee, unless it is told how much memory there is.
        var (exit, said) = await Daemon.RunAsync(
            "/usr/bin/env", "DOTNET_GCHeapHardLimit=0x8000000", Programs.Find("valgrind")!, "--leak-check=full", "--show-leak-kinds=definite,indirect",
            "--errors-for-leak-kinds=definite,indirect", "--error-exitcode=9", $"--suppressions={SharedLibrary.Source("runtime.supp")}", program,
            Workshop.MessageFile, workshop.Configuration, workshop.DeafConfiguration);

        Assert.True(exit == 0, said);
        Assert.Contains(Success, said, StringComparison.Ordinal);
        Assert.Contains("definitely lost: 0 bytes", said, StringComparison.Ordinal);
        Assert.Contains("ERROR SUMMARY: 0 errors", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Python_can_use_the_library_by_ctypes()
    {
        SharedLibrary.Need("python3");

        Assert.Equal(
            (0, Success),
            await Daemon.RunAsync(
                Programs.Find("python3")!, SharedLibrary.Source("every_call.py"), SharedLibrary.Path, Workshop.MessageFile, workshop.Configuration));
    }

    [Fact]
    public async Task Twenty_thousand_messages_leave_memory_as_it_was()
    {
        SharedLibrary.Need("gcc", "pkg-config");
        var program = await SharedLibrary.CompileAsync("many_messages.c", workshop.Folder);

        var (exit, said) = await Daemon.RunAsync(program, Workshop.MessageFile, workshop.Configuration, "20000");

        Assert.True(exit == 0, said);
        var sizes = ResidentSizes().Match(said);
        Assert.True(sizes.Success, said);

        // 18,000 messages lie between the two: a leak of a kilobyte each would be 18 MB.
        var grown = long.Parse(sizes.Groups["after"].Value, CultureInfo.InvariantCulture) - long.Parse(sizes.Groups["before"].Value, CultureInfo.InvariantCulture);
        Assert.True(grown < 8_000, said);
    }

    [Fact]
    public async Task The_example_of_the_header_compiles_and_runs()
    {
        SharedLibrary.Need("gcc", "pkg-config");
        var header = await File.ReadAllLinesAsync(Repository.PathOf("src", "EmailAuth.Native", "emailauth.h"), TestContext.Current.CancellationToken);
        var example = header.SkipWhile(line => line != " * EXAMPLE").Skip(1).TakeWhile(line => line != " * VERSIONS")
            .Select(line => line.Length > 3 ? line[3..] : string.Empty);
        var source = workshop.Write("example.c", string.Join('\n', example));

        var program = await SharedLibrary.CompileAsync(source, workshop.Folder);
        var (exit, said) = await Daemon.RunAsync(program);

        Assert.True(exit == 0, said);
        Assert.StartsWith("Authentication-Results: mx.example.org;", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_header_compiles_in_other_dialects_of_C()
    {
        SharedLibrary.Need("gcc");
        var source = workshop.Write("include.c", "#include <emailauth.h>\nint main(void) { return EMAILAUTH_OK; }\n");
        foreach (var dialect in (string[])["-std=c99", "-std=c17"])
        {
            var (exit, said) = await Daemon.RunAsync(
                Programs.Find("gcc")!, dialect, "-pedantic", "-Wall", "-Wextra", "-Werror", "-I", SharedLibrary.Folder, "-fsyntax-only", source);
            Assert.True(exit == 0, said);
        }
    }

    [Fact]
    public async Task Exactly_what_the_header_declares_is_exported_under_its_version()
    {
        SharedLibrary.Need("readelf");
        var header = await File.ReadAllTextAsync(Repository.PathOf("src", "EmailAuth.Native", "emailauth.h"), TestContext.Current.CancellationToken);
        var declared = Declaration().Matches(header).Select(m => m.Groups["name"].Value).Order(StringComparer.Ordinal);

        var (exit, said) = await Daemon.RunAsync(Programs.Find("readelf")!, "--wide", "--dyn-syms", SharedLibrary.Path);

        Assert.True(exit == 0, said);
        var exported = Exported().Matches(said).Select(m => m.Groups["name"].Value).Where(name => !name.StartsWith("EMAILAUTH_1", StringComparison.Ordinal));
        Assert.Equal(declared.Select(name => $"{name}@@{VersionOf(name)}"), exported.Order(StringComparer.Ordinal));
        Assert.Contains(
            "soname: [libemailauth.so.1]", (await Daemon.RunAsync(Programs.Find("readelf")!, "--dynamic", SharedLibrary.Path)).Output, StringComparison.Ordinal);
    }

    // Those that were there from the beginning have the first version; it may never change.
    private static string VersionOf(string function) => function switch
    {
        "emailauth_pipeline_check" => "EMAILAUTH_1.1",
        "emailauth_session_recipient" or "emailauth_session_applied" => "EMAILAUTH_1.2",
        "emailauth_result_reply_code" or "emailauth_result_reply_enhanced_code" or "emailauth_result_reply_text" => "EMAILAUTH_1.3",
        _ => "EMAILAUTH_1",
    };

    [GeneratedRegex(@"resident (?<before>\d+) kB, (?<after>\d+) kB", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex ResidentSizes();

    [GeneratedRegex(@"^[a-z][\w ]*[ *](?<name>emailauth_\w+)\(", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"GLOBAL +DEFAULT +(\d+|ABS) +(?<name>\S+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Exported();
}
