using System.IO.Pipelines;

namespace EmailAuth.Milter.Protocol.Tests.TestSupport;

/// <summary>Two ends of a connection without a socket.</summary>
internal sealed class DuplexPipes
{
    private readonly Pipe _there = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Pipe _back = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

    public DuplexPipes()
    {
        Mta = new Joined(_back.Reader.AsStream(), _there.Writer.AsStream());
        Milter = new Joined(_there.Reader.AsStream(), _back.Writer.AsStream());
    }

    public Stream Mta { get; }

    public Stream Milter { get; }

    private sealed class Joined(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override void Flush() => output.Flush();

        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                input.Dispose();
                output.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
