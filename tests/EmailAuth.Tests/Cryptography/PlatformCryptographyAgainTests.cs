using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using EmailAuth.Cryptography;
using EmailAuth.Hosting;
using EmailAuth.Tests.Dns.Stub;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace EmailAuth.Tests.Cryptography;

/// <summary>
/// What a process finds out once, found out again, and what works without OpenSSL. Runs alone: what it sets is that of the process.
/// </summary>
[Collection(nameof(PlatformCryptographyAgainTests))]
[CollectionDefinition(nameof(PlatformCryptographyAgainTests), DisableParallelization = true)]
[SupportedOSPlatform("linux")]
public sealed class PlatformCryptographyAgainTests : IDisposable
{
    private const string VersionOverride = "DOTNET_OPENSSL_VERSION_OVERRIDE";

    private static readonly FieldInfo IsUsable = Field(typeof(PlatformCryptography), "_isUsable");
    private static readonly FieldInfo Fault = Field(typeof(PlatformCryptography), "_fault");
    private static readonly FieldInfo Detail = Field(typeof(PlatformCryptography), "_detail");
    private static readonly FieldInfo MakesKeys = Field(typeof(OpenSslRsa), "_isUsable");
    private static readonly FieldInfo Idle = Field(typeof(OpenSslRsa), "_idle");
    private static readonly FieldInfo Library = Field(typeof(OpenSsl), "_library");

    private readonly object? _makesKeys;

    public PlatformCryptographyAgainTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has OpenSSL looked for.");
        Assert.Null(PlatformCryptography.Probe());
        _makesKeys = MakesKeys.GetValue(null);
    }

    public void Dispose()
    {
        IsUsable.SetValue(null, true);
        Fault.SetValue(null, null);
        Detail.SetValue(null, null);
        MakesKeys.SetValue(null, _makesKeys);
    }

    [Fact]
    public void What_works_is_found_to_work()
    {
        IsUsable.SetValue(null, false);
        MakesKeys.SetValue(null, false);
        Idle.SetValue(null, null);
        Assert.Null(PlatformCryptography.Probe());
        Assert.Equal((true, SafeEvpPKeyHandle.OpenSslVersion >= 0x3000_0000L), ((bool)IsUsable.GetValue(null)!, OpenSslRsa.IsUsable));
        Assert.Null(PlatformCryptography.Fault);
        Assert.Null(PlatformCryptography.Detail);
    }

    // As when the host has set a resolver of its own for the library's functions.
    [Fact]
    public void Keys_are_not_made_where_the_functions_cannot_be_called()
    {
        Assert.SkipUnless(OpenSslRsa.IsUsable, "This host does not have OpenSSL 3.");
        var library = (IntPtr)Library.GetValue(null)!;
        Library.SetValue(null, IntPtr.Zero);
        OpenSslRsa.Probe(library);
        Assert.False(OpenSslRsa.IsUsable);
        OpenSslRsa.Probe(library);
        Assert.True(OpenSslRsa.IsUsable);
    }

    // The host may use OpenSSL as well: what it finds in the queue of errors is its own.
    [Fact]
    public void An_error_of_the_host_is_still_there_when_a_key_is_made()
    {
        Assert.SkipUnless(OpenSslRsa.IsUsable, "This host does not have OpenSSL 3.");
        ClearErrors();
        NewError();
        SetError(6, 100, IntPtr.Zero);
        var error = LastError();
        Assert.NotEqual(UIntPtr.Zero, error);
        using (var key = OpenSslRsa.TryMake(KnownSignature.Modulus, [1, 0, 1]))
        {
            Assert.NotNull(key);
        }

        Assert.Equal(error, LastError());
        Assert.Equal(0, DropErrorsSinceMark()); // no mark is left on it
        Assert.Equal(UIntPtr.Zero, LastError());
    }

    [Fact]
    public void The_version_of_the_environment_is_tried_first()
    {
        var before = Environment.GetEnvironmentVariable(VersionOverride);
        try
        {
            Environment.SetEnvironmentVariable(VersionOverride, "9.9");
            Assert.Equal(["libssl.so.9.9", "libssl.so.3"], PlatformCryptography.Names().Take(2));
            Environment.SetEnvironmentVariable(VersionOverride, null);
            Assert.Equal("libssl.so.3", PlatformCryptography.Names().First());
        }
        finally
        {
            Environment.SetEnvironmentVariable(VersionOverride, before);
        }
    }

    // .NET's generator is OpenSSL's.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(255)]
    public void Without_it_each_octet_of_a_block_is_random(int length)
    {
        Break();
        RandomNumbersTests.AssertFilled(length);
    }

    [Theory]
    [InlineData(null, HealthStatus.Unhealthy)]
    [InlineData(HealthStatus.Degraded, HealthStatus.Degraded)]
    public async Task Without_it_a_host_is_not_healthy(HealthStatus? asked, HealthStatus expected)
    {
        var check = new EmailAuthHealthCheck(new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options));
        Break();
        var context = asked is null ? new HealthCheckContext() : new HealthCheckContext { Registration = new HealthCheckRegistration("emailauth", check, asked, tags: null) };
        var result = await check.CheckHealthAsync(context, TestContext.Current.CancellationToken);
        Assert.Equal((expected, "no libssl.so.3"), (result.Status, result.Description));
    }

    private static void Break()
    {
        Fault.SetValue(null, "OpenSSL cannot be used");
        Detail.SetValue(null, "no libssl.so.3");
        IsUsable.SetValue(null, false);
    }

    private static FieldInfo Field(Type type, string name) => type.GetField(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    [DllImport("libcrypto.so.3", EntryPoint = "ERR_clear_error", ExactSpelling = true)]
    private static extern void ClearErrors();

    [DllImport("libcrypto.so.3", EntryPoint = "ERR_new", ExactSpelling = true)]
    private static extern void NewError();

    [DllImport("libcrypto.so.3", EntryPoint = "ERR_set_error", ExactSpelling = true)]
    private static extern void SetError(int library, int reason, IntPtr text);

    [DllImport("libcrypto.so.3", EntryPoint = "ERR_pop_to_mark", ExactSpelling = true)]
    private static extern int DropErrorsSinceMark();

    [DllImport("libcrypto.so.3", EntryPoint = "ERR_peek_last_error", ExactSpelling = true)]
    private static extern UIntPtr LastError();
}
