using System.Buffers;

namespace EmailAuth.Signatures;

/// <summary>
/// Canonicalizes a body in one way and hashes the result. The body comes in any chunks. Only a scratch buffer for short runs is kept: long
/// runs are hashed in place. Every canonicalization removes empty lines at the end.
/// </summary>
internal abstract class CanonicalBody : IDisposable
{
    /// <summary>The longest block: what one step reads, writes and then hashes should still be in the processor's first cache.</summary>
    protected const int BlockLength = 16 * 1024;

    private const int ScratchLength = 8 * 1024;

    // From this length on, another call to the hash costs little compared with its work.
    private const int DirectRunLength = 1024;

    private static readonly byte[] Lines = CreateLines();

    private readonly List<BodyDigest> _digests = new(1);
    private byte[] _scratch = [];
    private int _scratchUsed;

    // Line ends that are held back because they may be the end of the body, and a CR whose LF may follow.
    private long _heldLines;
    private bool _heldCarriageReturn;

    /// <summary>Whether anything but line ends has arrived.</summary>
    protected bool HasText { get; private set; }

    /// <summary>Whether the body ends with CRLF now that it is over.</summary>
    protected abstract bool EndsWithLine { get; }

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
        if (_heldCarriageReturn)
        {
            EmitText("\r"u8);
        }

        EmitLines(EndsWithLine ? 1 : 0);
        FlushScratch();
        ReturnBuffers();
        foreach (var digest in _digests)
        {
            digest.Complete();
        }
    }

    public void Dispose()
    {
        ReturnBuffers();
        foreach (var digest in _digests)
        {
            digest.Dispose();
        }
    }

    /// <summary>Reads the next octets of the body.</summary>
    /// <param name="block">At least one octet, at most <see cref="BlockLength"/>.</param>
    protected abstract void AppendBlock(ReadOnlySpan<byte> block);

    /// <summary>Writes what was held back and belongs to the canonical body.</summary>
    protected virtual void AppendEnd()
    {
    }

    /// <summary>Writes octets that are canonical but for empty lines at the end of the body. They may be cut anywhere.</summary>
    protected void AppendLines(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
        {
            return;
        }

        if (_heldCarriageReturn)
        {
            _heldCarriageReturn = false;
            if (octets[0] == (byte)'\n')
            {
                _heldLines++;
                octets = octets[1..];
            }
            else
            {
                EmitText("\r"u8);
            }
        }

        if (octets.EndsWith("\r"u8))
        {
            _heldCarriageReturn = true;
            octets = octets[..^1];
        }

        var text = WithoutLinesAtEnd(octets);
        if (!text.IsEmpty)
        {
            EmitText(text);
        }

        _heldLines += (octets.Length - text.Length) / 2;
    }

    private void ReturnBuffers()
    {
        if (_scratch.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_scratch);
            _scratch = [];
        }
    }

    private static ReadOnlySpan<byte> WithoutLinesAtEnd(ReadOnlySpan<byte> octets)
    {
        while (octets.EndsWith(Lines))
        {
            octets = octets[..^Lines.Length];
        }

        while (octets.EndsWith("\r\n"u8))
        {
            octets = octets[..^2];
        }

        return octets;
    }

    private void EmitText(ReadOnlySpan<byte> text)
    {
        HasText = true;
        EmitLines(_heldLines);
        _heldLines = 0;
        Emit(text);
    }

    private void EmitLines(long count)
    {
        const int most = 512 / 2;
        while (count > 0)
        {
            var now = (int)Math.Min(count, most);
            Emit(Lines.AsSpan(0, now * 2));
            count -= now;
        }
    }

    private void Emit(ReadOnlySpan<byte> canonical)
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
}
