using System.Buffers;

namespace EmailAuth.Dkim;

/// <summary>
/// A body on its way through one canonicalization into its hashes. It takes the body in any chunks and keeps nothing of it but a scratch
/// buffer in which short runs gather: long runs go to the hash where they lie.
/// </summary>
internal abstract class CanonicalBody : IDisposable
{
    private const int ScratchLength = 8 * 1024;

    // From this length on the cost of another call to the hash is small beside its work.
    private const int DirectRunLength = 1024;

    // What one step searches and then hashes should still be in the processor's first cache.
    private const int BlockLength = 16 * 1024;

    private static readonly byte[] Lines = CreateLines();

    private readonly List<BodyDigest> _digests = new(1);
    private byte[] _scratch = [];
    private int _scratchUsed;

    public BodyHash Request(SignatureHash hash, long? length)
    {
        foreach (var digest in _digests)
        {
            if (digest.Algorithm == hash)
            {
                return digest.Request(length);
            }
        }

        _digests.Add(new BodyDigest(hash));
        return _digests[^1].Request(length);
    }

    public void Append(ReadOnlySpan<byte> chunk)
    {
        while (chunk.Length > BlockLength)
        {
            AppendBlock(chunk[..BlockLength]);
            chunk = chunk[BlockLength..];
        }

        if (!chunk.IsEmpty)
        {
            AppendBlock(chunk);
        }
    }

    public void Complete()
    {
        AppendEnd();
        FlushScratch();
        ReturnScratch();
        foreach (var digest in _digests)
        {
            digest.Complete();
        }
    }

    public void Dispose()
    {
        ReturnScratch();
        foreach (var digest in _digests)
        {
            digest.Dispose();
        }
    }

    protected abstract void AppendBlock(ReadOnlySpan<byte> block);

    /// <summary>Writes what was held back and belongs to the canonical body.</summary>
    protected abstract void AppendEnd();

    protected void EmitLines(long count)
    {
        const int most = 512 / 2;
        while (count > 0)
        {
            var now = (int)Math.Min(count, most);
            Emit(Lines.AsSpan(0, now * 2));
            count -= now;
        }
    }

    protected void Emit(ReadOnlySpan<byte> canonical)
    {
        if (canonical.Length < DirectRunLength && canonical.TryCopyTo(_scratch.AsSpan(_scratchUsed)))
        {
            _scratchUsed += canonical.Length;
        }
        else
        {
            EmitPastScratch(canonical);
        }
    }

    private void EmitPastScratch(ReadOnlySpan<byte> canonical)
    {
        FlushScratch();
        if (canonical.Length >= DirectRunLength)
        {
            ToDigests(canonical);
            return;
        }

        if (_scratch.Length == 0)
        {
            _scratch = ArrayPool<byte>.Shared.Rent(ScratchLength);
        }

        canonical.CopyTo(_scratch);
        _scratchUsed = canonical.Length;
    }

    private static byte[] CreateLines()
    {
        var lines = new byte[512];
        for (var index = 0; index < lines.Length; index += 2)
        {
            "\r\n"u8.CopyTo(lines.AsSpan(index));
        }

        return lines;
    }

    private void FlushScratch()
    {
        if (_scratchUsed > 0)
        {
            ToDigests(_scratch.AsSpan(0, _scratchUsed));
            _scratchUsed = 0;
        }
    }

    private void ToDigests(ReadOnlySpan<byte> canonical)
    {
        foreach (var digest in _digests)
        {
            digest.Append(canonical);
        }
    }

    private void ReturnScratch()
    {
        if (_scratch.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_scratch);
            _scratch = [];
        }
    }
}
