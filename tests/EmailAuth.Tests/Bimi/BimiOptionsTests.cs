using EmailAuth.Bimi;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>The options: each default, and each range at its ends.</summary>
public class BimiOptionsTests
{
    [Fact]
    public void The_defaults_are_these()
    {
        var options = BimiOptions.Default;
        Assert.Equal(
            (false, true, false, false, false, 0), (options.AcceptTrustedArc, options.RequireSignedSelector, options.RetrieveIndicator, options.VerifyEvidence, options.RequireEvidence, options.MarkRoots.Length));
        Assert.Equal((32_768, 524_288, 8, 0, 64), (options.MaxIndicatorBytes, options.MaxEvidenceBytes, options.MaxEvidenceCertificates, options.MaxRedirects, options.MaxConcurrentFetches));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromHours(1), 16_777_216L), (options.FetchTimeout, options.MaxCacheAge, options.MaxCacheBytes));
        Assert.Equal((false, null, SvgLimits.Default), (options.AllowLoopback, options.TrustedServerRoots, options.IndicatorLimits));
    }

    [Theory]
    [InlineData("MaxIndicatorBytes", 1, 16_777_216)]
    [InlineData("MaxEvidenceBytes", 1, 16_777_216)]
    [InlineData("MaxEvidenceCertificates", 2, int.MaxValue)]
    [InlineData("MaxRedirects", 0, 5)]
    [InlineData("MaxConcurrentFetches", 1, int.MaxValue)]
    [InlineData("MaxCacheBytes", 0, int.MaxValue)]
    [InlineData("MaxCacheAge", 0, int.MaxValue)] // ticks
    [InlineData("FetchTimeout", 1, 3_000_000_000)] // ticks
    public void An_option_has_this_range(string name, long first, long last)
    {
        Assert.Equal((first, last), (MadeWith(name, first), MadeWith(name, last)));
        Assert.Throws<ArgumentOutOfRangeException>(() => MadeWith(name, first - 1));
        if (last != int.MaxValue)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => MadeWith(name, last + 1));
        }
    }

    [Fact]
    public void The_most_bytes_of_an_indicator_leave_its_other_limits() => Assert.Equal(
        (7, 3), (new BimiOptions { IndicatorLimits = new SvgLimits { MaxDepth = 3 }, MaxIndicatorBytes = 7 }.IndicatorLimits.MaxBytes, new BimiOptions { IndicatorLimits = new SvgLimits { MaxDepth = 3 }, MaxIndicatorBytes = 7 }.IndicatorLimits.MaxDepth));

    [Fact]
    public void Limits_are_not_null() => Assert.Throws<ArgumentNullException>(() => new BimiOptions { IndicatorLimits = null! });

    private static long MadeWith(string name, long value) => name switch
    {
        "MaxIndicatorBytes" => new BimiOptions { MaxIndicatorBytes = (int)value }.MaxIndicatorBytes,
        "MaxEvidenceBytes" => new BimiOptions { MaxEvidenceBytes = (int)value }.MaxEvidenceBytes,
        "MaxEvidenceCertificates" => new BimiOptions { MaxEvidenceCertificates = (int)value }.MaxEvidenceCertificates,
        "MaxRedirects" => new BimiOptions { MaxRedirects = (int)value }.MaxRedirects,
        "MaxConcurrentFetches" => new BimiOptions { MaxConcurrentFetches = (int)value }.MaxConcurrentFetches,
        "MaxCacheBytes" => new BimiOptions { MaxCacheBytes = value }.MaxCacheBytes,
        "MaxCacheAge" => new BimiOptions { MaxCacheAge = new TimeSpan(value) }.MaxCacheAge.Ticks,
        "FetchTimeout" => new BimiOptions { FetchTimeout = new TimeSpan(value) }.FetchTimeout.Ticks,
        _ => throw new ArgumentException(name, nameof(name)),
    };
}
