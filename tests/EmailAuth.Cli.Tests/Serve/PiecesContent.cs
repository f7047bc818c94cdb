using System.Net;

namespace EmailAuth.Cli.Tests.Serve;

/// <summary>A body without a length (chunked), written in pieces.</summary>
internal sealed class PiecesContent(byte[] bytes, int size) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        foreach (var piece in bytes.Chunk(size))
        {
            await stream.WriteAsync(piece);
            await stream.FlushAsync();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
