namespace EmailAuth.Benchmarks.Soak;

/// <summary>A message that arrives in pieces; at a place it may break off, as a connection does.</summary>
internal sealed class PieceStream(byte[] message, int pieceLength, int? breaksAt = null) : MemoryStream(message, writable: false)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Position < breaksAt || breaksAt is null
            ? ValueTask.FromResult(Read(buffer.Span[..Math.Min(buffer.Length, pieceLength)]))
            : ValueTask.FromException<int>(new IOException("The client has gone."));
    }
}
