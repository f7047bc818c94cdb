using System.IO.Compression;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Tests.TestSupport;
using static EmailAuth.Reports.Tests.TestSupport.ReportSamples;

namespace EmailAuth.Reports.Tests.Aggregate;

/// <summary>What the writer writes beyond the golden reports, and what it refuses.</summary>
public class AggregateReportWriterTests
{
    [Fact]
    public async Task A_character_that_XML_cannot_carry_is_replaced()
    {
        var xml = await WriteAsync(Metadata(error: " a\u0000b\u001fc\ud800d\uffff\r\ne\tf\u0085 "), Published(), Passing());
        Assert.Empty(ReportSchema.Faults(xml));
        Assert.Contains("<error>a\ufffdb\ufffdc\ufffdd\ufffd  e f</error>", Encoding.UTF8.GetString(xml), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_without_rows_is_refused_before_anything_is_written()
    {
        using var stream = new MemoryStream();
        await Assert.ThrowsAsync<ArgumentException>(() => AggregateReportWriter.WriteAsync(
            stream, Metadata(), Published(), AsyncEnumerable.Empty<AggregateRecord>(), TestContext.Current.CancellationToken));
        Assert.Equal(0, stream.Length);
    }

    public static TheoryData<string> Refused => ["policy", "disposition", "dkim", "spf", "reason", "forwarded", "sampled_out", "selector", "dkim result", "spf result", "scope", "discovery"];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_the_schema_does_not_have_is_refused(string what)
    {
        var policy = what switch
        {
            "policy" => new PublishedPolicy { Domain = "example.com", Policy = null },
            "discovery" => new PublishedPolicy { Domain = "example.com", Policy = DmarcPolicy.None, DiscoveryMethod = "dns" },
            _ => Published(),
        };
        var record = what switch
        {
            "disposition" => Failing(AggregateDisposition.Unknown),
            "dkim" => Bare(dkim: AlignedResult.Unknown),
            "spf" => Bare(spf: AlignedResult.Unknown),
            "reason" => Failing(reasons: [Reason(PolicyOverrideType.Unknown)]),
            "forwarded" => Failing(reasons: [Reason(PolicyOverrideType.Forwarded)]),
            "sampled_out" => Failing(reasons: [Reason(PolicyOverrideType.SampledOut)]),
            "selector" => Failing().WithSignatures(new ReportedDkim { Domain = "example.com", Result = "fail" }),
            "dkim result" => Failing().WithSignatures(new ReportedDkim { Domain = "example.com", Selector = "s", Result = "Pass" }),
            "spf result" => Bare(result: new ReportedSpf { Domain = "example.com", Result = "hardfail" }),
            "scope" => Bare(result: new ReportedSpf { Domain = "example.com", Scope = "helo", Result = "fail" }),
            _ => Failing(),
        };
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(Metadata(), policy, record));
    }

    [Fact]
    public async Task A_compressed_report_is_the_same_report_and_always_the_same_bytes()
    {
        async Task<byte[]> CompressAsync()
        {
            using var stream = new MemoryStream();
            Assert.Equal(1, await AggregateReportWriter.WriteCompressedAsync(
                stream, Metadata(), Published(), new[] { Passing() }.ToAsyncEnumerable(), TestContext.Current.CancellationToken));
            return stream.ToArray();
        }

        var compressed = await CompressAsync();
        Assert.Equal(compressed, await CompressAsync());
        await using var expanded = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var xml = new MemoryStream();
        await expanded.CopyToAsync(xml, TestContext.Current.CancellationToken);
        Assert.Equal(await WriteAsync(Metadata(), Published(), Passing()), xml.ToArray());
    }

    /// <summary>Rows go out in blocks while they come in, and are not kept.</summary>
    [Fact]
    public async Task Rows_are_passed_on_while_they_come()
    {
        const int Rows = 20_000;
        await using var stream = new CountingStream();
        var longest = 0L;
        async IAsyncEnumerable<AggregateRecord> Make()
        {
            for (var row = 0; row < Rows; row++)
            {
                var before = stream.Bytes;
                yield return Passing();
                longest = Math.Max(longest, stream.Bytes - before);
            }

            await Task.CompletedTask;
        }

        Assert.Equal(Rows, await AggregateReportWriter.WriteAsync(stream, Metadata(), Published(), Make(), TestContext.Current.CancellationToken));
        Assert.InRange(longest, 30_000, 70_000);
        Assert.InRange(stream.Bytes / Rows, 500, 1_500);
    }

    private static AggregateRecord Bare(AlignedResult dkim = AlignedResult.Fail, AlignedResult spf = AlignedResult.Fail, ReportedSpf? result = null) => new()
    {
        SourceAddress = "192.0.2.1",
        Disposition = AggregateDisposition.Reject,
        Dkim = dkim,
        Spf = spf,
        HeaderFrom = "example.com",
        SpfResult = result,
    };

    private sealed class CountingStream : MemoryStream
    {
        public long Bytes { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Bytes += buffer.Length;
            return ValueTask.CompletedTask;
        }
    }
}
