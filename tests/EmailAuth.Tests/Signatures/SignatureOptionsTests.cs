using EmailAuth.Messages;
using EmailAuth.Signatures;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>The defaults of the options, the limits of each, and which contradict each other.</summary>
public class SignatureOptionsTests
{
    [Fact]
    public void The_defaults_are_those_of_the_RFCs()
    {
        var options = SignatureOptions.Default;
        Assert.Equal((1024, 8192, 20_000), (options.MinRsaBits, options.MaxRsaBits, options.MaxCachedKeys));
        Assert.Equal((TimeSpan.FromSeconds(300), null), (options.ClockSkew, options.FutureTolerance));
        Assert.Equal((false, false, false), (options.AllowRsaSha1, options.IsForArchives, options.JudgeExpiryAtSigningTime));
        Assert.Equal((true, true, false), (options.AcceptPartialBody, options.FastKeyImport, options.AdmitsTlsReportKeys));
        Assert.Same(MessageLimits.Default, options.MessageLimits);
        Assert.Same(AlgorithmTable.Default, options.Algorithms);
        Assert.Same(options, SignatureOptions.Default);
        options.Validate("x");
    }

    [Theory]
    [InlineData(512, 4096)]
    public void The_fewest_bits_have_a_range(int least, int most) => AssertRange(static value => new SignatureOptions { MinRsaBits = value }.MinRsaBits, least, most);

    [Theory]
    [InlineData(2048, 16_384)]
    public void The_most_bits_have_a_range(int least, int most) => AssertRange(static value => new SignatureOptions { MaxRsaBits = value }.MaxRsaBits, least, most);

    [Theory]
    [InlineData(2, 1_000_000)]
    public void Kept_keys_have_a_range(int least, int most) => AssertRange(static value => new SignatureOptions { MaxCachedKeys = value }.MaxCachedKeys, least, most);

    [Fact]
    public void Times_have_ranges()
    {
        var tick = TimeSpan.FromTicks(1);
        foreach (var time in (TimeSpan[])[TimeSpan.Zero, tick, TimeSpan.FromDays(1)])
        {
            Assert.Equal(time, new SignatureOptions { ClockSkew = time }.ClockSkew);
        }

        foreach (var time in (TimeSpan[])[TimeSpan.Zero, tick, TimeSpan.FromDays(3660)])
        {
            Assert.Equal(time, new SignatureOptions { FutureTolerance = time }.FutureTolerance);
        }

        Assert.Null(new SignatureOptions { FutureTolerance = null }.FutureTolerance);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SignatureOptions { ClockSkew = -tick });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SignatureOptions { ClockSkew = TimeSpan.FromDays(1) + tick });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SignatureOptions { FutureTolerance = -tick });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SignatureOptions { FutureTolerance = TimeSpan.FromDays(3660) + tick });
    }

    [Theory]
    [InlineData(1024, 8192, false, false, null)]
    [InlineData(1025, 8192, false, false, null)]
    [InlineData(1023, 8192, false, false, "RSA keys under 1024 bits and rsa-sha1 are admitted for archives only: set IsForArchives (RFC 8301 section 3).")]
    [InlineData(1024, 8192, false, true, "RSA keys under 1024 bits and rsa-sha1 are admitted for archives only: set IsForArchives (RFC 8301 section 3).")]
    [InlineData(1023, 8192, false, true, "RSA keys under 1024 bits and rsa-sha1 are admitted for archives only: set IsForArchives (RFC 8301 section 3).")]
    [InlineData(1023, 8192, true, false, null)]
    [InlineData(512, 8192, true, true, null)]
    [InlineData(1024, 8192, true, true, null)]
    [InlineData(2048, 2048, false, false, null)]
    [InlineData(2049, 2048, false, false, "MinRsaBits exceeds MaxRsaBits.")]
    [InlineData(4096, 4095, true, false, "MinRsaBits exceeds MaxRsaBits.")]
    public void Options_that_contradict_each_other_are_refused(int least, int most, bool isForArchives, bool allowsSha1, string? fault)
    {
        var options = new SignatureOptions { MinRsaBits = least, MaxRsaBits = most, IsForArchives = isForArchives, AllowRsaSha1 = allowsSha1 };
        AssertValid(options, fault);
        AssertValid(options with { MessageLimits = null! }, fault ?? "MessageLimits is null.");
    }

    private static void AssertValid(SignatureOptions options, string? fault)
    {
        if (fault is null)
        {
            options.Validate("these");
            return;
        }

        var exception = Assert.Throws<ArgumentException>("these", () => options.Validate("these"));
        Assert.StartsWith(fault, exception.Message, StringComparison.Ordinal);
    }

    private static void AssertRange(Func<int, int> set, int least, int most)
    {
        foreach (var value in (int[])[least, least + 1, most - 1, most])
        {
            Assert.Equal(value, set(value));
        }

        foreach (var value in (int[])[least - 1, most + 1, int.MinValue, int.MaxValue, 0])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => set(value));
        }
    }
}
