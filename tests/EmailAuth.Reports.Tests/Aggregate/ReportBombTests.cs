using System.Globalization;
using System.Text;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Tests.TestSupport;

namespace EmailAuth.Reports.Tests.Aggregate;

/// <summary>Reports that are made to cost: each ends early, with its finding, or in constant memory.</summary>
public class ReportBombTests
{
    private const string Start = "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"><report_metadata><org_name>R</org_name><email>a@example.org</email><report_id>1</report_id>"
        + "<date_range><begin>1700000000</begin><end>1700086399</end></date_range></report_metadata><policy_published><domain>example.com</domain><p>none</p></policy_published>";

    private const string Record = "<record><row><source_ip>192.0.2.1</source_ip><count>1</count><policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>"
        + "<identifiers><header_from>example.com</header_from></identifiers><auth_results><dkim><domain>example.com</domain><selector>s</selector><result>fail</result></dkim></auth_results></record>";

    /// <summary>What comes first, what is repeated how often, what comes last; the finding.</summary>
    public static TheoryData<string, string, int, string, AggregateFindingCode> Bombs => new()
    {
        { "<!DOCTYPE f [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><feedback>", "&b;", 1000, "", AggregateFindingCode.DocumentType },
        { "<!DOCTYPE f SYSTEM \"file:///etc/passwd\">" + Start, Record, 1, "</feedback>", AggregateFindingCode.DocumentType },
        { Start, "<a>", 1_000_000, "", AggregateFindingCode.TooDeep },
        { "", "<a>", 1_000_000, "", AggregateFindingCode.TooDeep },
        { Start + "<record ", "a='1' ", 1_000_000, ">", AggregateFindingCode.MarkupTooLong },
        { Start + "<record a='", "aaaaaaaaaa", 10_000, "'>", AggregateFindingCode.MarkupTooLong },
        { "<?xml ", "aaaaaaaaaa", 10_000, "?>", AggregateFindingCode.MarkupTooLong },
        { Start, Record, 2_000, "</feedback>", AggregateFindingCode.TooManyRecords },
        { Start, "<!-- aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa -->", 200_000, "</feedback>", AggregateFindingCode.TooManyBytes },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task A_bomb_ends_early_with_its_finding(string first, string repeated, int times, string last, AggregateFindingCode code)
    {
        await using var stream = new RepeatedText(first, _ => repeated, times, last);
        var report = await AggregateReportReader.ReadAsync(
            stream,
            static (_, _) => ValueTask.CompletedTask,
            new AggregateReportReaderOptions { MaxBytes = 5_000_000, MaxRecords = 1_000 },
            TestContext.Current.CancellationToken);

        Assert.Equal(AggregateReportVerdict.Unusable, report.Verdict);
        Assert.Equal(code, Assert.Single(report.Findings, static finding => finding.Severity == AggregateFindingSeverity.Fatal).Code);
        Assert.True(stream.GivenBytes < 6_000_000);
    }

    [Fact]
    public async Task Names_without_end_are_not_kept()
    {
        await using var stream = new RepeatedText(Start, static i => string.Create(CultureInfo.InvariantCulture, $"<name{i}/>"), 100_000, "</feedback>");
        var report = await AggregateReportReader.ReadAsync(stream, static (_, _) => ValueTask.CompletedTask, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(AggregateReportVerdict.Unusable, report.Verdict);
        Assert.Contains(report.Findings, static finding => finding.Code == AggregateFindingCode.TooManyNames);
    }

    /// <summary>A text of 5 MB in one element: nothing of it is kept past the bound. The buffers of the XML parser and the decoder take 3 MB of it.</summary>
    [Theory]
    [InlineData("<report_metadata><org_name>", "aaaaaaaaaa", "</org_name></report_metadata>", "text_too_long report_metadata/org_name")]
    [InlineData("<report_metadata><org_name><![CDATA[", "aaaaaaaaaa", "]]></org_name></report_metadata>", "text_too_long report_metadata/org_name")]
    [InlineData("<report_metadata><org_name>", "          ", "R</org_name></report_metadata>", "")]
    [InlineData("", "          ", "", "")]
    [InlineData("<!--", "aaaaaaaaaa", "-->", "")]
    [InlineData("<!--", "\n\n\n\n\n\n\n\n\n\n", "-->", "")]
    [InlineData("<?pi ", "aaaaaaaaaa", "?>", "")]
    [InlineData("", "<!-- -->\n ", "", "")]
    [InlineData("<report_metadata><org_name>", "<![CDATA[]]>", "</org_name></report_metadata>", "")]
    [InlineData("<report_metadata><org_name><![CDATA[", "]]]] ] >", "]]></org_name></report_metadata>", "text_too_long report_metadata/org_name")]
    [InlineData("<policy_published>", "aaaaaaaaaa", "</policy_published>", "stray_text policy_published")]
    [InlineData("<other>", "aaaaaaaaaa", "</other>", "unknown_element")]
    public async Task A_text_of_5_MB_is_passed_over(string open, string repeated, string close, string finding)
    {
        await using var stream = new RepeatedText("<feedback>" + open, _ => repeated, 500_000, close + "</feedback>");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = AggregateReportReader.ReadAsync(stream, static (_, _) => ValueTask.CompletedTask, cancellationToken: TestContext.Current.CancellationToken);

        // The stream answers at once, so the whole reading is on this thread.
        Assert.True(reading.IsCompleted);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 6_000_000);
        Assert.Contains(finding, ReportSamples.Lines((await reading).Findings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signatures_and_reasons_past_the_bound_are_left_out()
    {
        await using var stream = new RepeatedText(
            Start + Record.Replace("</auth_results></record>", "", StringComparison.Ordinal), static _ => "<dkim><domain>example.com</domain><selector>s</selector><result>fail</result></dkim>", 100_000, "</auth_results></record></feedback>");
        var report = await AggregateReportReader.ReadAllAsync(stream, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1000, Assert.Single(report.Records).DkimResults.Length);
        Assert.Equal("too_many_signatures record/auth_results/dkim", ReportSamples.Lines(report.Findings));
        Assert.Equal(AggregateReportVerdict.Salvaged, report.Verdict);
    }

    /// <summary>What is live while 50,000 rows are read does not grow, and each row costs the same.</summary>
    [Fact]
    public async Task Rows_are_not_kept()
    {
        const int Rows = 50_000;
        await using var stream = new RepeatedText(Start, static _ => Record, Rows, "</feedback>");
        var counted = 0L;
        long? early = null;
        var late = 0L;
        var report = await AggregateReportReader.ReadAsync(
            stream,
            (record, _) =>
            {
                counted += record.Count;
                if (counted is 1_000)
                {
                    early = GC.GetTotalMemory(forceFullCollection: true);
                }
                else if (counted == Rows)
                {
                    late = GC.GetTotalMemory(forceFullCollection: true);
                }

                return ValueTask.CompletedTask;
            },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((AggregateReportVerdict.Conforms, Rows, Rows), (report.Verdict, report.RecordCount, report.MessageCount));
        Assert.InRange(late - early!.Value, long.MinValue, 20_000_000);
    }

    /// <summary>A text that is made while it is read.</summary>
    private sealed class RepeatedText(string first, Func<int, string> repeated, int times, string last) : Stream
    {
        private byte[] _part = Encoding.UTF8.GetBytes(first);
        private int _at;
        private int _next;

        public long GivenBytes { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var written = 0;
            while (written < buffer.Length)
            {
                if (_at == _part.Length)
                {
                    if (_next > times)
                    {
                        break;
                    }

                    Next();
                    continue;
                }

                var length = Math.Min(buffer.Length - written, _part.Length - _at);
                _part.AsSpan(_at, length).CopyTo(buffer[written..]);
                (_at, written) = (_at + length, written + length);
            }

            GivenBytes += written;
            return written;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        // A part that does not change is not made again.
        private string? _text;

        private void Next()
        {
            var text = _next++ < times ? repeated(_next) : last;
            if (!ReferenceEquals(text, _text))
            {
                (_text, _part) = (text, Encoding.UTF8.GetBytes(text));
            }

            _at = 0;
        }
    }
}
