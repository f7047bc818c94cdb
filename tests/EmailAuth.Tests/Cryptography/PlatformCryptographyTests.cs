using EmailAuth.Cryptography;
using Xunit;

namespace EmailAuth.Tests.Cryptography;

/// <summary>Where cryptography works there is no fault to tell; how the library is looked for (WithoutOpenSslTests have a process where it is not found).</summary>
public class PlatformCryptographyTests
{
    [Fact]
    public void Where_it_works_there_is_no_fault()
    {
        Assert.Null(PlatformCryptography.Probe());
        Assert.Null(PlatformCryptography.Fault);
        Assert.Null(PlatformCryptography.Detail);
        PlatformCryptography.Require();
        Assert.Null(PlatformCryptography.Probe());
    }

    // The names of .NET's own search for OpenSSL, in its order, the one of the environment first.
    [Fact]
    public void The_names_that_dotnet_tries_are_tried_in_its_order()
    {
        string[] names = ["libssl.so.3", "libssl.so.1.1", "libssl.so.1.0.2", "libssl.so.1.0.0", "libssl.so.10"];
        var first = Environment.GetEnvironmentVariable("DOTNET_OPENSSL_VERSION_OVERRIDE") is { Length: > 0 } version ? (string[])["libssl.so." + version] : [];
        Assert.Equal([.. first, .. names], PlatformCryptography.Names());
    }

    [Fact]
    public void Why_a_library_is_not_loaded_is_one_line()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux's own words.");
        Assert.Equal("libssl.so.none: cannot open shared object file: No such file or directory", PlatformCryptography.WhyNot("libssl.so.none").Trim());
        Assert.Equal("libc.so.6 cannot be opened", PlatformCryptography.WhyNot("libc.so.6"));
    }
}
