namespace EmailAuth.Tests.Dkim;

/// <summary>A stream that gives no more than some bytes at a time.</summary>
internal sealed class ChunkedStream(byte[] bytes, int size) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
}
