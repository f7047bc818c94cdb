namespace EmailAuth.Reports.Reading;

/// <summary>A stream whose first octets have been looked at, from its start; it counts what is read of the one below.</summary>
internal sealed class StartedStream(Stream inner) : ReadingStream
{
    private byte[] _start = [];
    private int _given;
    private int _length;

    /// <summary>How many octets were read of the stream below.</summary>
    public long Count { get; private set; }

    /// <summary>Reads the first octets, which are given again when the stream is read.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> StartAsync(int length, CancellationToken cancellationToken)
    {
        _start = new byte[length];
        _length = await inner.ReadAtLeastAsync(_start, length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        Count += _length;
        return _start.AsMemory(0, _length);
    }

    public override int Read(Span<byte> buffer)
    {
        if (_given < _length)
        {
            return Given(buffer);
        }

        var count = inner.Read(buffer);
        Count += count;
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_given < _length)
        {
            return Given(buffer.Span);
        }

        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Count += count;
        return count;
    }

    private int Given(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _length - _given);
        _start.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }
}
