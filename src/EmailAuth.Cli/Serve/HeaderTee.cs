using Microsoft.AspNetCore.Http;

namespace EmailAuth.Cli.Serve;

/// <summary>Passes a message on as it is read, counts its bytes, and keeps its header, from which the answer has the hops and causes.</summary>
/// <param name="message">The message.</param>
/// <param name="limit">How many bytes of it are kept at most.</param>
/// <param name="most">How many bytes it may have.</param>
internal sealed class HeaderTee(Stream message, int limit, long most = long.MaxValue) : Stream
{
    private readonly MemoryStream _kept = new();
    private bool _hasEnded;
    private byte _last;
    private byte _beforeLast;

    /// <summary>How many bytes were read.</summary>
    public long Count { get; private set; }

    /// <summary>Whether the message was read to its end.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The header with the empty line after it, as far as it was read and fits.</summary>
    public ReadOnlyMemory<byte> Header => _kept.GetBuffer().AsMemory(0, (int)_kept.Length);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await message.ReadAsync(buffer, cancellationToken);
        Count += read;
        if (Count > most)
        {
            throw new BadHttpRequestException("The message is too large.", StatusCodes.Status413PayloadTooLarge);
        }

        IsComplete |= read == 0 && buffer.Length > 0;
        if (!_hasEnded)
        {
            Keep(buffer.Span[..read]);
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _kept.Dispose();
        base.Dispose(disposing);
    }

    // RFC 5322 section 2.1: an empty line ends the header. Line ends may be LF, and the cut may be anywhere.
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var from = 0;
        while (!_hasEnded && bytes[from..].IndexOf((byte)'\n') is var at and >= 0)
        {
            var end = from + at;
            var one = Before(bytes, end, 1);
            _hasEnded = one == '\n' || (one == '\r' && Before(bytes, end, 2) == '\n');
            from = end + 1;
        }

        var kept = _hasEnded ? bytes[..from] : bytes;
        kept = kept[..(int)Math.Min(kept.Length, limit - _kept.Length)];
        _kept.Write(kept);
        _hasEnded |= _kept.Length >= limit;
        if (bytes.Length > 0)
        {
            (_beforeLast, _last) = (bytes.Length > 1 ? bytes[^2] : _last, bytes[^1]);
        }
    }

    private byte Before(ReadOnlySpan<byte> bytes, int index, int distance) =>
        index >= distance ? bytes[index - distance] : distance - index == 1 ? _last : _beforeLast;
}
