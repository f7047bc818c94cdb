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

    [Theory]
    [InlineData("every_call.c")]
    [InlineData("later_calls.c")]
    public async Task Every_call_in_and_out_of_order_answers_as_the_header_says(string source)
    {
        SharedLibrary.Need("gcc", "pkg-config");
        var program = await SharedLibrary.CompileAsync(source, workshop.Folder);

        Assert.Equal((0, Success), await Daemon.RunAsync(program, Workshop.MessageFile, workshop.Configuration, workshop.DeafConfiguration));
    }

    [Theory]
    [InlineData("every_call.c", 0)]
    [InlineData("later_calls.c", 8)]
    public async Task Valgrind_finds_no_error_and_nothing_lost_in_every_call(string source, int kept)
    {
        SharedLibrary.Need("gcc", "pkg-config", "valgrind");
        var program = await SharedLibrary.CompileAsync(source, workshop.NewFolder("valgrind-" + source));

        // The runtime sets aside more address space than valgrind can oversee, unless it is told how much memory there is.
        var (exit, said) = await Daemon.RunAsync(
            "/usr/bin/env", "DOTNET_GCHeapHardLimit=0x8000000", Programs.Find("valgrind")!, "--leak-check=full", "--show-leak-kinds=definite,indirect",
            $"--errors-for-leak-kinds={(kept == 0 ? "definite,indirect" : "none")}", "--error-exitcode=9", $"--suppressions={SharedLibrary.Source("runtime.supp")}", program,
            Workshop.MessageFile, workshop.Configuration, workshop.DeafConfiguration);

        Assert.True(exit == 0, said);
        Assert.Contains(Success, said, StringComparison.Ordinal);

        // When the first line is logged, the runtime makes an entry of 8 bytes for the generic method of ILogger, once in a process.
        Assert.Contains(kept == 0 ? "definitely lost: 0 bytes" : $"definitely lost: {kept} bytes in 1 blocks", said, StringComparison.Ordinal);
        Assert.Contains("indirectly lost: 0 bytes", said, StringComparison.Ordinal);
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

    // .ci/long native judges 10,000 messages in each thread.
    [Fact]
    public async Task Sixteen_threads_leave_memory_as_it_was()
    {
        SharedLibrary.Need("gcc", "pkg-config");
        var program = await SharedLibrary.CompileAsync("many_messages.c", workshop.NewFolder("threads"));

        var (exit, said) = await Daemon.RunAsync(
            program, Workshop.MessageFile, workshop.Configuration, Environment.GetEnvironmentVariable("EMAILAUTH_THREAD_MESSAGES") ?? "500", "16");

        Assert.True(exit == 0, said);
        var sizes = ResidentSizes().Match(said);
        Assert.True(sizes.Success, said);

        // Each thread has a stack and a share of the heap. 7,200 messages lie between the two sizes: a leak of four kilobytes each would be more.
        var grown = long.Parse(sizes.Groups["after"].Value, CultureInfo.InvariantCulture) - long.Parse(sizes.Groups["before"].Value, CultureInfo.InvariantCulture);
        Assert.True(grown < 24_000, said);
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

    [Fact]
    public void Each_function_of_the_header_is_tried_by_a_program_in_C()
    {
        var header = File.ReadAllText(Repository.PathOf("src", "EmailAuth.Native", "emailauth.h"));
        var programs = string.Concat(((string[])["every_call.c", "later_calls.c"]).Select(file => File.ReadAllText(SharedLibrary.Source(file))));

        Assert.All(
            Declaration().Matches(header).Select(match => match.Groups["name"].Value),
            name => Assert.True(programs.Contains(name + "(", StringComparison.Ordinal), $"{name} is not called."));
    }

    [Fact]
    public async Task The_JSON_of_a_result_fits_the_schema_that_the_library_gives()
    {
        SharedLibrary.Need("python3");
        Assert.SkipWhen((await Daemon.RunAsync("/usr/bin/python3", "-c", "import jsonschema")).Exit != 0, "Not installed: python3-jsonschema.");

        Assert.Equal(
            (0, "valid\n"),
            await Daemon.RunAsync("/usr/bin/python3", SharedLibrary.Source("schema.py"), SharedLibrary.Path, Workshop.MessageFile, workshop.Configuration));
    }

    // The versions that were released may never change, so all functions of them are listed; the last one is still growing.
    private static string VersionOf(string function) => function switch
    {
        "emailauth_abi_version" or "emailauth_version" or "emailauth_status_text" or "emailauth_last_error" or "emailauth_pipeline_new"
            or "emailauth_pipeline_free" or "emailauth_session_new" or "emailauth_session_helo" or "emailauth_session_mail_from"
            or "emailauth_session_authenticated" or "emailauth_session_header" or "emailauth_session_end_of_headers" or "emailauth_session_body"
            or "emailauth_session_complete" or "emailauth_session_complete_async" or "emailauth_session_abort" or "emailauth_session_reset"
            or "emailauth_session_free" or "emailauth_result_header" or "emailauth_result_header_value" or "emailauth_result_header_value_lf"
            or "emailauth_result_extended_header" or "emailauth_result_extended_header_value" or "emailauth_result_extended_header_value_lf"
            or "emailauth_result_action" or "emailauth_result_reason" or "emailauth_result_smtp_reply" or "emailauth_result_json"
            or "emailauth_result_field_count" or "emailauth_result_field" or "emailauth_result_free" => "EMAILAUTH_1",
        "emailauth_pipeline_check" => "EMAILAUTH_1.1",
        "emailauth_session_recipient" or "emailauth_session_applied" => "EMAILAUTH_1.2",
        "emailauth_result_reply_code" or "emailauth_result_reply_enhanced_code" or "emailauth_result_reply_text" => "EMAILAUTH_1.3",
        _ => "EMAILAUTH_1.4",
    };

    [GeneratedRegex(@"resident (?<before>\d+) kB, (?<after>\d+) kB", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex ResidentSizes();

    [GeneratedRegex(@"^[a-z][\w ]*[ *](?<name>emailauth_\w+)\(", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"GLOBAL +DEFAULT +(\d+|ABS) +(?<name>\S+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Exported();
}
