using System.Text;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>A message whose body is made while it is read: nothing of it is held, however long it is.</summary>
internal sealed class GeneratedMessage(byte[] header, byte[] pattern, long bodyLength) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = 0;
        while (read < buffer.Length)
        {
            var part = Next(buffer.Length - read);
            if (part.IsEmpty)
            {
                break;
            }

            part.CopyTo(buffer[read..]);
            read += part.Length;
            _position += part.Length;
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : new ValueTask<int>(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>The bytes of a text, repeated until there are about four kilobytes.</summary>
    public static byte[] Repeated(string unit) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(unit, Math.Max(1, 4096 / unit.Length))));

    private ReadOnlySpan<byte> Next(int most)
    {
        if (_position < header.Length)
        {
            var rest = header.AsSpan((int)_position);
            return rest[..Math.Min(most, rest.Length)];
        }

        var inBody = _position - header.Length;
        var start = (int)(inBody % pattern.Length);
        var length = Math.Min(Math.Min(most, pattern.Length - start), bodyLength - inBody);
        return pattern.AsSpan(start, (int)length);
    }
}
