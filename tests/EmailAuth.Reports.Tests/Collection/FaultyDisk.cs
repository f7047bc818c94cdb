using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Tests.Collection;

/// <summary>A disk that the test fills, and whose flushes it lets fail. A write on the full disk writes what still fits.</summary>
internal sealed class FaultyDisk
{
    /// <summary>How many further bytes fit.</summary>
    public long Room { get; set; } = long.MaxValue;

    public bool FailsToFlush { get; set; }

    public ISegmentOutput Create(string path) => new Output(this, new SegmentOutput(path));

    private sealed class Output(FaultyDisk disk, SegmentOutput inner) : ISegmentOutput
    {
        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            var fits = (int)Math.Min(bytes.Length, disk.Room);
            inner.Write(bytes[..fits], offset);
            disk.Room -= fits;
            if (fits < bytes.Length)
            {
                throw new IOException("No space left on device");
            }
        }

        public void Flush()
        {
            if (disk.FailsToFlush)
            {
                throw new IOException("Input/output error");
            }

            inner.Flush();
        }

        public void Dispose() => inner.Dispose();
    }
}
