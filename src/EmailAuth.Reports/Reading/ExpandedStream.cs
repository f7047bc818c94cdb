using System.Globalization;

namespace EmailAuth.Reports.Reading;

/// <summary>What comes out of a decompressor, bounded: past a limit, and where the data is damaged, it ends with a finding.</summary>
/// <param name="inner">The decompressor.</param>
/// <param name="compressedCount">How many compressed octets were read so far.</param>
/// <param name="budget">What everything of one input may expand to.</param>
/// <param name="findings">Gets why it ended.</param>
internal sealed class ExpandedStream(Stream inner, Func<long> compressedCount, ExpansionBudget budget, ReportFindings findings) : ReadingStream
{
    // Few octets that expand much are harmless, and the buffers of a decompressor hide how many it has used.
    private const long UnjudgedBytes = 1024 * 1024;

    private bool _isEnded;

    /// <summary>Whether it ended before its content did.</summary>
    public bool IsCut => _isEnded;

    /// <summary>How many octets came out.</summary>
    public long Count { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        if (_isEnded)
        {
            return 0;
        }

        try
        {
            return Counted(inner.Read(buffer));
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return Damaged();
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isEnded)
        {
            return 0;
        }

        try
        {
            return Counted(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));
        }
        catch (InvalidDataException)
        {
            return Damaged();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Counted(int count)
    {
        Count += count;
        budget.Used += count;
        if (budget.Used > budget.MaxBytes)
        {
            return End(ReportFindingCode.ExpandedTooLarge, budget.MaxBytes);
        }

        return Count > UnjudgedBytes && Count / budget.MaxRatio > compressedCount() ? End(ReportFindingCode.RatioTooHigh, budget.MaxRatio) : count;
    }

    private int Damaged()
    {
        _isEnded = true;
        findings.AddFinding(ReportFindingCode.CompressionDamaged, null);
        return 0;
    }

    private int End(ReportFindingCode code, long limit)
    {
        _isEnded = true;
        findings.AddFinding(code, null, limit.ToString(CultureInfo.InvariantCulture));
        return 0;
    }
}

/// <summary>How much everything compressed in one input may expand to together, and did.</summary>
internal sealed class ExpansionBudget(long maxBytes, int maxRatio)
{
    public long MaxBytes => maxBytes;

    public int MaxRatio => maxRatio;

    public long Used { get; set; }
}
