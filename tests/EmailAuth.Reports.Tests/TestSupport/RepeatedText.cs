using System.Text;

namespace EmailAuth.Reports.Tests.TestSupport;

/// <summary>A text that is made while it is read.</summary>
internal sealed class RepeatedText(string first, Func<int, string> repeated, int times, string last) : Stream
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
