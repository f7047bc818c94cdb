using System.Buffers;

namespace EmailAuth.Messages;

/// <summary>
/// The header fields of a message as slices of its bytes (RFC 5322 section 2.2), from one pass that neither copies nor changes them.
/// </summary>
/// <remarks>The bytes must not change while the block is in use. Lines end with CRLF and nothing else.</remarks>
public sealed class HeaderBlock
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly HeaderFieldSpan[] _fields;

    internal HeaderBlock(
        ReadOnlyMemory<byte> bytes, HeaderFieldSpan[] fields, int bodyOffset, HeaderDefects defects, string? limitReason)
    {
        _bytes = bytes;
        _fields = fields;
        BodyOffset = bodyOffset;
        Defects = defects;
        LimitReason = limitReason;
    }

    /// <summary>How many fields there are, malformed lines included.</summary>
    public int Count => _fields.Length;

    /// <summary>The bytes of all fields, without the empty line that ends them.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>
    /// Where the body starts in the message: after the empty line, or the message's length when there is none. Zero when the fields were
    /// handed in one by one.
    /// </summary>
    public int BodyOffset { get; }

    /// <summary>What in the block breaks RFC 5322.</summary>
    public HeaderDefects Defects { get; }

    /// <summary>Which limit ended the reading early, in one line; null when the whole block was read.</summary>
    public string? LimitReason { get; }

    /// <summary>A field, counted from the top.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> less 1.</param>
    public HeaderField this[int index]
    {
        get
        {
            var field = _fields[index];
            return new HeaderField(_bytes.Slice(field.Start, field.Length), field.NameLength, field.Colon);
        }
    }

    /// <summary>Reads the header block at the start of a message.</summary>
    /// <param name="message">The message as it arrived, or a header block alone.</param>
    /// <param name="limits">How much is read, or null for <see cref="MessageLimits.Default"/>.</param>
    public static HeaderBlock Parse(ReadOnlyMemory<byte> message, MessageLimits? limits = null)
    {
        limits ??= MessageLimits.Default;
        var scanner = new HeaderScanner(message.Span, limits);
        var fields = ArrayPool<HeaderFieldSpan>.Shared.Rent(64);
        var count = 0;
        try
        {
            while (scanner.TryRead(out var field))
            {
                if (count == limits.MaxHeaderFields)
                {
                    scanner.StopAt(field.Start, $"the header has more than {limits.MaxHeaderFields} fields (MaxHeaderFields)");
                    break;
                }

                if (count == fields.Length)
                {
                    Grow(ref fields);
                }

                fields[count++] = field;
            }

            return new HeaderBlock(
                message[..scanner.HeaderLength], fields[..count], scanner.BodyOffset, scanner.Defects, scanner.LimitReason);
        }
        finally
        {
            ArrayPool<HeaderFieldSpan>.Shared.Return(fields);
        }
    }

    private static void Grow(ref HeaderFieldSpan[] fields)
    {
        var larger = ArrayPool<HeaderFieldSpan>.Shared.Rent(fields.Length * 2);
        fields.CopyTo(larger, 0);
        ArrayPool<HeaderFieldSpan>.Shared.Return(fields);
        fields = larger;
    }
}
