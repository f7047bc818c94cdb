using System.Buffers;

namespace EmailAuth.Messages;

/// <summary>Collects fields that arrive one by one, as in an SMTP dialogue, into a <see cref="HeaderBlock"/> over pooled memory.</summary>
/// <remarks>The built block lives until the builder is disposed of. Past a limit further fields are dropped and the block says so.</remarks>
internal sealed class HeaderBlockBuilder : IDisposable
{
    private readonly MessageLimits _limits;
    private HeaderFieldSpan[] _fields = ArrayPool<HeaderFieldSpan>.Shared.Rent(32);
    private byte[] _buffer = [];
    private HeaderBlock? _block;
    private int _count;
    private int _length;
    private HeaderDefects _defects;
    private string? _limitReason;

    public HeaderBlockBuilder(MessageLimits limits) => _limits = limits;

    /// <summary>Adds a field.</summary>
    /// <param name="name">The text before the colon.</param>
    /// <param name="value">The text after the colon, leading space and folding included, without the final CRLF.</param>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var whole = (long)name.Length + 1 + value.Length + 2;
        if (_limitReason is not null || Exceeds(whole))
        {
            return;
        }

        var length = (int)whole;
        Reserve(length);
        var raw = _buffer.AsSpan(_length, length);
        name.CopyTo(raw);
        raw[name.Length] = (byte)':';
        value.CopyTo(raw[(name.Length + 1)..]);
        "\r\n"u8.CopyTo(raw[^2..]);

        var scanner = new HeaderScanner(raw, _limits);
        if (_count == _fields.Length)
        {
            HeaderBlock.Grow(ref _fields);
        }

        _fields[_count++] = scanner.Split(raw, _length);
        _defects |= scanner.Defects;
        _length += length;
    }

    /// <summary>The block of all fields that were added. No field can be added after this.</summary>
    public HeaderBlock Build() => _block ??=
        new(_buffer.AsMemory(0, _length), _fields, _count, isRented: true, bodyOffset: 0, _defects, _limitReason);

    public void Dispose()
    {
        if (_block is not null)
        {
            _block.Release();
        }
        else if (_fields.Length > 0)
        {
            ArrayPool<HeaderFieldSpan>.Shared.Return(_fields);
        }

        _fields = [];
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private bool Exceeds(long length)
    {
        // When a field is past both limits, name the same one as for a message that is read as a whole.
        if (length > _limits.MaxHeaderBytes - _length)
        {
            _limitReason = $"the header has more than {_limits.MaxHeaderBytes} bytes (MaxHeaderBytes)";
        }
        else if (_count == _limits.MaxHeaderFields)
        {
            _limitReason = $"the header has more than {_limits.MaxHeaderFields} fields (MaxHeaderFields)";
        }

        return _limitReason is not null;
    }

    private void Reserve(int length)
    {
        if (_buffer.Length - _length >= length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2048, Math.Max(_buffer.Length * 2, _length + length)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }
}
