using System.IO.Compression;
using System.Security.Cryptography;
using EmailAuth.Bimi;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Bimi;

public class BimiIndicatorTests
{
    private static readonly byte[] Logo = File.ReadAllBytes(Repository.PathOf("testdata", "bimi", "logo.svg"));

    [Fact]
    public void Compressed_or_not_it_is_the_same_indicator()
    {
        var plain = BimiIndicator.Read(Logo).Value!;
        var compressed = BimiIndicator.Read(Gzip(Logo)).Value!;
        Assert.False(plain.WasCompressed);
        Assert.True(compressed.WasCompressed);
        Assert.Equal(plain.Svg.ToArray(), compressed.Svg.ToArray());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Logo)), compressed.Hash);
        Assert.True(compressed.IsValid);
    }

    [Fact]
    public void A_gzip_bomb_is_not_expanded()
    {
        var bomb = Gzip(new byte[20_000_000]);
        Assert.InRange(bomb.Length, 1, 32 * 1024);
        Assert.Contains("after decompression", BimiIndicator.Read(bomb).Error!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_is_exact_before_and_after_decompression()
    {
        var limits = new SvgLimits { MaxBytes = Logo.Length };
        Assert.True(BimiIndicator.Read(Logo, limits).IsSuccess);
        Assert.True(BimiIndicator.Read(Gzip(Logo), limits).IsSuccess);
        var smaller = new SvgLimits { MaxBytes = Logo.Length - 1 };
        Assert.False(BimiIndicator.Read(Logo, smaller).IsSuccess);
        Assert.False(BimiIndicator.Read(Gzip(Logo), smaller).IsSuccess);
    }

    [Fact]
    public void Broken_compression_is_an_error()
    {
        var broken = Gzip(Logo);
        broken[20] ^= 0xff;
        var result = BimiIndicator.Read(broken);
        Assert.True(!result.IsSuccess || !result.Value.IsValid);
        Assert.False(BimiIndicator.Read(new byte[] { 0x1f, 0x8b, 0xff }).Value?.IsValid ?? false);
    }

    [Property]
    public void No_bytes_make_it_throw(byte[] bytes)
    {
        _ = BimiIndicator.Read(bytes ?? []);
        _ = BimiIndicator.Read((byte[])[0x1f, 0x8b, 8, 0, .. bytes ?? []]);
    }

    private static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.SmallestSize))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }
}
