using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Native.Tests.TestSupport;

/// <summary>The published library, and programs in C that are linked with it.</summary>
internal static class SharedLibrary
{
    /// <summary>Where the library was published: the folder that EMAILAUTH_NATIVE names, else artifacts/native.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable("EMAILAUTH_NATIVE") ?? Repository.PathOf("artifacts", "native");

    public static string Path => System.IO.Path.Combine(Folder, "libemailauth.so");

    public static string Source(string file) => Repository.PathOf("tests", "EmailAuth.Native.Tests", "C", file);

    /// <summary>Skips a test where the library or a program that the test needs is absent.</summary>
    public static void Need(params string[] programs)
    {
        Assert.SkipUnless(
            File.Exists(Path), "libemailauth.so is not there: dotnet publish src/EmailAuth.Native -c Release -o artifacts/native");
        Assert.SkipUnless(
            File.ReadAllText(Repository.PathOf("src", "EmailAuth.Native", "emailauth.h")) == File.ReadAllText(System.IO.Path.Combine(Folder, "emailauth.h")),
            $"The library in {Folder} is an earlier one: publish it again.");
        foreach (var program in programs)
        {
            Assert.SkipWhen(Programs.Find(program) is null, $"Not installed: {program}.");
        }
    }

    /// <summary>Compiles a program as its author would, by what pkg-config says, with every warning an error.</summary>
    public static async Task<string> CompileAsync(string source, string folder, params string[] libraries)
    {
        var (exit, flags) = await Daemon.RunAsync(
            Programs.Find("pkg-config")!, $"--define-variable=libdir={Folder}", $"--define-variable=includedir={Folder}", "--cflags", "--libs",
            System.IO.Path.Combine(Folder, "emailauth.pc"));
        Assert.True(exit == 0, flags);
        var program = System.IO.Path.Combine(folder, System.IO.Path.GetFileNameWithoutExtension(source));
        var (compiled, said) = await Daemon.RunAsync(
            Programs.Find("gcc")!,
            [
                "-std=c11", "-D_GNU_SOURCE", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-o", program, System.IO.Path.IsPathRooted(source) ? source : Source(source),
                .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), .. libraries, "-pthread", $"-Wl,-rpath,{Folder}",
            ]);
        Assert.True(compiled == 0, said);
        return program;
    }
}
