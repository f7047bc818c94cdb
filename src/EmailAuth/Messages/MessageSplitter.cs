using System.Buffers;
using System.IO.Pipelines;

namespace EmailAuth.Messages;

/// <summary>Takes the next bytes of a body.</summary>
internal delegate void BodySink(ReadOnlySpan<byte> chunk);

/// <summary>
/// Splits a message that arrives in pieces into its header, which is kept in pooled memory, and its body, which is passed on and never kept. The header's bytes live until this is disposed of. A message with LF line ends (<see cref="LineEndings.AreLineFeeds"/>)
/// is passed on with CRLF.
/// </summary>
internal sealed class MessageSplitter : IDisposable
{
    private const int ReadLength = 32 * 1024;
    private const int ConversionLength = 8 * 1024;

    private readonly MessageLimits _limits;
    private readonly Action<HeaderBlock> _header;
    private readonly BodySink _body;
    private byte[] _buffer = [];
    private byte[] _converted = [];
    private int _length;
    private int _searched;
    private HeaderLineEnds _lineEnds;
    private bool _headerEnded;

    /// <summary>Makes a splitter.</summary>
    /// <param name="limits">How much of the header is read.</param>
    /// <param name="header">Takes the header once it has ended.</param>
    /// <param name="body">Takes the body, in any chunks, after that.</param>
    public MessageSplitter(MessageLimits limits, Action<HeaderBlock> header, BodySink body)
    {
        _limits = limits;
        _header = header;
        _body = body;
    }

    public void Append(ReadOnlySpan<byte> chunk)
    {
        while (!chunk.IsEmpty && !_headerEnded)
        {
            // In steps, so that a large first chunk is not copied as a whole to find its header.
            var step = chunk[..Math.Min(chunk.Length, Math.Max(4096, _length))];
            chunk = chunk[step.Length..];
            Keep(step);
            if (HasHeaderEnded() || _length - 4 > _limits.MaxHeaderBytes)
            {
                EndHeader();
            }
        }

        if (!chunk.IsEmpty)
        {
            PassBody(chunk);
        }
    }

    public void Append(in ReadOnlySequence<byte> chunks)
    {
        foreach (var chunk in chunks)
        {
            Append(chunk.Span);
        }
    }

    /// <summary>Reads a stream to its end. More of the message may follow.</summary>
    /// <param name="stream">The message, or a part of it; left open.</param>
    /// <param name="cancellationToken">Ends the reading, also of a stream that never waits and does not look at it.</param>
    public async ValueTask ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadLength);
        try
        {
            int length;
            while ((length = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                Append(buffer.AsSpan(0, length));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads a pipe to its end. More of the message may follow.</summary>
    /// <param name="reader">The message, or a part of it; not completed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        bool isCompleted;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.IsCanceled)
            {
                // A part of a message must not be judged as the whole. The bytes of this read stay in the reader.
                reader.AdvanceTo(read.Buffer.Start);
                throw new OperationCanceledException("The read was cancelled (CancelPendingRead).");
            }

            // The buffer belongs to the reader again after this.
            isCompleted = read.IsCompleted;
            Append(read.Buffer);
            reader.AdvanceTo(read.Buffer.End);
        }
        while (!isCompleted);
    }

    /// <summary>The message has ended.</summary>
    public void Complete()
    {
        if (!_headerEnded)
        {
            EndHeader();
        }
    }

    public void Dispose()
    {
        GiveBack(ref _buffer);
        GiveBack(ref _converted);
    }

    private static void GiveBack(ref byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    private void EndHeader()
    {
        _headerEnded = true;
        var isWithoutEnd = _lineEnds.Kind == LineEndKind.Undecided;
        _lineEnds.Complete();
        if (_lineEnds.Kind == LineEndKind.LineFeed)
        {
            EndConvertedHeader(isWithoutEnd ? _length : _lineEnds.BodyOffset);
            return;
        }

        var header = HeaderBlock.Parse(_buffer.AsMemory(0, _length), _limits);
        _header(header);
        if (header.BodyOffset < _length)
        {
            _body(_buffer.AsSpan(header.BodyOffset, _length - header.BodyOffset));
        }
    }

    // The header's bytes live as long as this, so they get a buffer of their own.
    private void EndConvertedHeader(int length)
    {
        var arrived = _buffer;
        var source = arrived.AsSpan(0, length);
        _buffer = ArrayPool<byte>.Shared.Rent(LineEndings.CrlfLength(source));
        var written = LineEndings.WriteCrlf(source, _buffer);
        _header(HeaderBlock.ParseConverted(_buffer.AsMemory(0, written), _limits));
        PassBody(arrived.AsSpan(length, _length - length));
        ArrayPool<byte>.Shared.Return(arrived);
    }

    private void PassBody(ReadOnlySpan<byte> chunk)
    {
        if (_lineEnds.Kind != LineEndKind.LineFeed)
        {
            _body(chunk);
            return;
        }

        if (_converted.Length == 0)
        {
            _converted = ArrayPool<byte>.Shared.Rent(2 * ConversionLength);
        }

        while (!chunk.IsEmpty)
        {
            var step = chunk[..Math.Min(chunk.Length, ConversionLength)];
            chunk = chunk[step.Length..];
            _body(_converted.AsSpan(0, LineEndings.WriteCrlf(step, _converted)));
        }
    }

    // The header ends with an empty line, which may be the first line.
    private bool HasHeaderEnded()
    {
        // Bytes past the limit of a header do not decide its line ends.
        _lineEnds.Search(_buffer.AsSpan(0, Math.Min(_length, _limits.MaxHeaderBytes)));
        if (_lineEnds.Kind != LineEndKind.CarriageReturnLineFeed)
        {
            return _lineEnds.Kind == LineEndKind.LineFeed;
        }

        var bytes = _buffer.AsSpan(0, _length);
        if (bytes.StartsWith("\r\n"u8))
        {
            return true;
        }

        var found = bytes[_searched..].IndexOf("\r\n\r\n"u8) >= 0;
        _searched = Math.Max(0, _length - 3);
        return found;
    }

    private void Keep(ReadOnlySpan<byte> chunk)
    {
        if (_buffer.Length - _length < chunk.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + chunk.Length));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = larger;
        }

        chunk.CopyTo(_buffer.AsSpan(_length));
        _length += chunk.Length;
    }
}
