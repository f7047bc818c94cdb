using System.Buffers;

namespace EmailAuth.Messages;

/// <summary>
/// The header fields of a message as slices of its bytes (RFC 5322 section 2.2), from one pass that neither copies nor changes them.
/// </summary>
/// <remarks>The bytes must not change while the block is in use. Lines end with CRLF and nothing else.</remarks>
public sealed class HeaderBlock
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly bool _isRented;
    private HeaderFieldSpan[] _fields;

    // The block takes over the array, and a rented one goes back with Release.
    internal HeaderBlock(
        ReadOnlyMemory<byte> bytes, HeaderFieldSpan[] fields, int count, bool isRented, int bodyOffset, HeaderDefects defects, string? limitReason)
    {
        _bytes = bytes;
        _fields = fields;
        _isRented = isRented;
        Count = count;
        BodyOffset = bodyOffset;
        Defects = defects;
        LimitReason = limitReason;
    }

    /// <summary>How many fields there are, malformed lines included.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of all fields, without the empty line that ends them.</summary>
    internal ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>
    /// Where the body starts in the message: after the empty line, or the message's length without one. Zero when the fields were
    /// added one by one.
    /// </summary>
    public int BodyOffset { get; }

    /// <summary>What in the block breaks RFC 5322.</summary>
    public HeaderDefects Defects { get; }

    /// <summary>Whether the lines of the message ended in LF alone, and these bytes were made from it with CRLF.</summary>
    internal bool HasConvertedLineEnds { get; init; }

    /// <summary>Which limit ended the reading early, in one line; null when the whole block was read.</summary>
    public string? LimitReason { get; }

    /// <summary>A field, counted from the top.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> less 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such field.</exception>
    public HeaderField this[int index]
    {
        get
        {
            // The array may be longer than the block.
            if ((uint)index >= (uint)Count)
            {
                throw new ArgumentOutOfRangeException(nameof(index));
            }

            var field = _fields[index];
            return new HeaderField(_bytes.Slice(field.Start, field.Length), field.NameLength, field.Colon);
        }
    }

    /// <summary>Reads the header block at the start of a message.</summary>
    /// <param name="message">The message as it arrived, or a header block alone.</param>
    /// <param name="limits">How much is read, or null for <see cref="MessageLimits.Default"/>.</param>
    public static HeaderBlock Parse(ReadOnlyMemory<byte> message, MessageLimits? limits = null) =>
        Parse(message, limits ?? MessageLimits.Default, rent: false);

    /// <summary>The same over pooled memory, until <see cref="Release"/>.</summary>
    internal static HeaderBlock Rent(ReadOnlyMemory<byte> message, MessageLimits limits) => Parse(message, limits, rent: true);

    /// <summary>The same as <see cref="Parse(ReadOnlyMemory{byte}, MessageLimits?)"/> of a message whose line ends were made CRLF.</summary>
    internal static HeaderBlock ParseConverted(ReadOnlyMemory<byte> message, MessageLimits limits) =>
        Parse(message, limits, rent: false, isConverted: true);

    /// <summary>Returns pooled memory. The block has no fields afterwards.</summary>
    internal void Release()
    {
        Count = 0;
        var fields = Interlocked.Exchange(ref _fields, []);
        if (_isRented && fields.Length > 0)
        {
            ArrayPool<HeaderFieldSpan>.Shared.Return(fields);
        }
    }

    private static HeaderBlock Parse(ReadOnlyMemory<byte> message, MessageLimits limits, bool rent, bool isConverted = false)
    {
        var scanner = new HeaderScanner(message.Span, limits);
        var fields = ArrayPool<HeaderFieldSpan>.Shared.Rent(64);
        var count = 0;
        while (scanner.TryRead(out var field))
        {
            if (count == fields.Length)
            {
                Grow(ref fields);
            }

            fields[count++] = field;
        }

        var rented = fields;
        if (!rent)
        {
            fields = fields[..count];
            ArrayPool<HeaderFieldSpan>.Shared.Return(rented);
        }

        return new HeaderBlock(
            message[..scanner.HeaderLength], fields, count, rent, scanner.BodyOffset, scanner.Defects, scanner.LimitReason)
        {
            HasConvertedLineEnds = isConverted,
        };
    }

    /// <summary>Doubles a rented array.</summary>
    internal static void Grow(ref HeaderFieldSpan[] fields)
    {
        var larger = ArrayPool<HeaderFieldSpan>.Shared.Rent(fields.Length * 2);
        fields.CopyTo(larger, 0);
        ArrayPool<HeaderFieldSpan>.Shared.Return(fields);
        fields = larger;
    }
}
