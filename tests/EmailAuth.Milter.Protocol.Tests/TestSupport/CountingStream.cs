namespace EmailAuth.Milter.Protocol.Tests.TestSupport;

/// <summary>An MTA that sends pieces, each when all before is read, and counts how often it is read and written. After the last piece it closes.</summary>
internal sealed class CountingStream(params byte[][] pieces) : Stream
{
    private readonly Queue<byte[]> _pieces = new(pieces);
    private readonly MemoryStream _written = new();
    private ReadOnlyMemory<byte> _piece;

    public int Reads { get; private set; }

    public int Writes { get; private set; }

    /// <summary>The answers, by their codes.</summary>
    public string Codes => string.Concat(Answers.Select(answer => (char)answer.Code));

    public List<Answer> Answers => Answer.ReadAll(_written.ToArray());

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Reads++;
        if (_piece.IsEmpty)
        {
            _piece = _pieces.TryDequeue(out var next) ? next : default;
        }

        var length = Math.Min(buffer.Length, _piece.Length);
        _piece[..length].CopyTo(buffer);
        _piece = _piece[length..];
        return new(length);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Writes++;
        _written.Write(buffer.Span);
        return default;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
