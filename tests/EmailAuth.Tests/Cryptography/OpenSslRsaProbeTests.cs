using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Runtime.Versioning;
using EmailAuth.Cryptography;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Cryptography;

/// <summary>
/// Whatever goes wrong with the first key means that .NET makes the keys, as with OpenSSL 1.1. The library looks for the functions once, so each
/// case has a copy of it.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class OpenSslRsaProbeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-odd-libssl-").FullName;
    private readonly AssemblyLoadContext _copy = new("a copy of EmailAuth", isCollectible: true);
    private readonly Assembly _assembly;

    public OpenSslRsaProbeTests()
    {
        _assembly = _copy.LoadFromAssemblyPath(typeof(AuthenticationPipeline).Assembly.Location);
        Assert.SkipUnless(PlatformCryptography.Probe() is null && OpenSslRsa.IsUsable, "This host does not have OpenSSL 3.");
    }

    private Type Rsa => _assembly.GetType("EmailAuth.Cryptography.OpenSslRsa", throwOnError: true)!;

    private bool IsUsable => (bool)Rsa.GetProperty("IsUsable")!.GetValue(null)!;

    public void Dispose()
    {
        _copy.Unload();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void OpenSSL_3_makes_the_keys()
    {
        Assert.False(IsUsable);
        Probe(OpenSsl());
        Assert.True(IsUsable);
    }

    [Fact]
    public void Without_a_library_it_does_not()
    {
        Probe(IntPtr.Zero);
        Assert.False(IsUsable);
    }

    [Fact]
    public void A_library_without_the_functions_does_not()
    {
        Probe(NativeLibrary.Load("libc.so.6"));
        Assert.False(IsUsable);
    }

    [Fact]
    public void A_host_that_has_its_own_functions_called_does_not()
    {
        NativeLibrary.SetDllImportResolver(_assembly, static (_, _, _) => IntPtr.Zero);
        Probe(OpenSsl());
        Assert.False(IsUsable);
    }

    [Theory]
    [InlineData(0)] // no key
    [InlineData(1)] // a refusal
    [InlineData(2)] // a key of other numbers
    [InlineData(3)] // a key of another algorithm
    public async Task A_library_that_makes_other_keys_does_not(int key)
    {
        Probe(NativeLibrary.Load(await BuildAsync(key)));
        Assert.False(IsUsable);
    }

    private static IntPtr OpenSsl() => PlatformCryptography.Names().Select(static name => NativeLibrary.TryLoad(name, out var library) ? library : IntPtr.Zero).First(static library => library != IntPtr.Zero);

    private void Probe(IntPtr library) => Rsa.GetMethod("Probe")!.Invoke(null, [library]);

    private async Task<string> BuildAsync(int key)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "Not installed: gcc.");
        var built = Path.Combine(_folder, "libssl.so.3");
        using var compiler = Process.Start(
            "/usr/bin/gcc", ["-shared", "-fPIC", $"-DKEY={key}", "-o", built, Repository.PathOf("tests", "EmailAuth.Tests", "Cryptography", "odd_libssl.c"), "-ldl"]);
        await compiler.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, compiler.ExitCode);
        return built;
    }
}
