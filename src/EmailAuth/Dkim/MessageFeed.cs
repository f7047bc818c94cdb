using System.Buffers;
using EmailAuth.Messages;

namespace EmailAuth.Dkim;

/// <summary>A message that comes in pieces: the header gathers in pooled memory until it has ended, the body goes to its hashes.</summary>
internal sealed class MessageFeed : IDisposable
{
    private readonly MessageLimits _limits;
    private readonly Func<HeaderBlock, SignedMessage> _begin;
    private byte[] _header = [];
    private int _length;
    private int _searched;

    public MessageFeed(MessageLimits limits, Func<HeaderBlock, SignedMessage> begin)
    {
        _limits = limits;
        _begin = begin;
    }

    /// <summary>The message, once its header has ended.</summary>
    public SignedMessage? Message { get; private set; }

    public void Append(ReadOnlySpan<byte> chunk)
    {
        if (Message is not null)
        {
            Message.Body.Append(chunk);
            return;
        }

        while (!chunk.IsEmpty && Message is null)
        {
            // In steps, so that a large first chunk is not copied whole for the sake of its header.
            var step = chunk[..Math.Min(chunk.Length, Math.Max(4096, _length))];
            chunk = chunk[step.Length..];
            Keep(step);
            if (HasHeaderEnded() || _length > _limits.MaxHeaderBytes + 4)
            {
                Begin();
            }
        }

        if (!chunk.IsEmpty)
        {
            Message!.Body.Append(chunk);
        }
    }

    /// <summary>The message has ended.</summary>
    public SignedMessage Complete()
    {
        if (Message is null)
        {
            Begin();
        }

        Message!.Body.Complete();
        return Message;
    }

    public void Dispose()
    {
        Message?.Dispose();
        if (_header.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_header);
            _header = [];
        }
    }

    private void Begin()
    {
        var header = HeaderBlock.Parse(_header.AsMemory(0, _length), _limits);
        Message = _begin(header);
        if (header.LimitReason is null)
        {
            Message.Body.Append(_header.AsSpan(header.BodyOffset, _length - header.BodyOffset));
        }
    }

    // The header ends with an empty line, which may be the very first.
    private bool HasHeaderEnded()
    {
        var bytes = _header.AsSpan(0, _length);
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
        if (_header.Length - _length < chunk.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_header.Length * 2, _length + chunk.Length));
            _header.AsSpan(0, _length).CopyTo(larger);
            if (_header.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_header);
            }

            _header = larger;
        }

        chunk.CopyTo(_header.AsSpan(_length));
        _length += chunk.Length;
    }
}
