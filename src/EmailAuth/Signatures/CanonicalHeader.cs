using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>
/// Header fields in canonical form, one after the other: the input of a signature (RFC 6376 sections 3.4.1, 3.4.2 and 3.7), for any kind of
/// signature field. The caller decides which fields come in which order.
/// </summary>
internal ref struct CanonicalHeader
{
    private readonly SignatureCanonicalization _canonicalization;
    private byte[] _buffer;
    private int _length;

    public CanonicalHeader(SignatureCanonicalization canonicalization)
    {
        _canonicalization = canonicalization;
        _buffer = ArrayPool<byte>.Shared.Rent(4096);
    }

    /// <summary>What was written so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Removes what was written.</summary>
    public void Clear() => _length = 0;

    /// <summary>Adds the fields that a list of names selects, from the bottom up (RFC 6376 section 5.4.2).</summary>
    /// <param name="fields">The fields of the message.</param>
    /// <param name="names">The names in lower case.</param>
    /// <param name="except">The index of the signature's own field, or -1.</param>
    public void AppendSelected(HeaderFieldIndex fields, ImmutableArray<string> names, int except)
    {
        fields.BeginSelection();
        foreach (var name in names)
        {
            if (fields.SelectNext(name, except) is var field and >= 0)
            {
                Append(fields.Header[field]);
            }
        }
    }

    /// <summary>Adds a field, ended by CRLF.</summary>
    public void Append(HeaderField field)
    {
        var raw = field.Raw.Span;
        Reserve(raw.Length + 2);
        if (_canonicalization == SignatureCanonicalization.Simple)
        {
            Write(raw);
            if (raw.EndsWith("\r\n"u8))
            {
                return;
            }
        }
        else
        {
            WriteName(field);
            WriteRelaxed(field.Value);
        }

        Write("\r\n"u8);
    }

    /// <summary>Adds the signature's own field: without the value of <c>b=</c> and without CRLF at the end (RFC 6376 section 3.7).</summary>
    public void AppendSignature(HeaderField field)
    {
        var value = field.Value;
        SignatureValue.TryFind(value, out var start, out var end);
        Reserve(field.Raw.Length);
        if (_canonicalization == SignatureCanonicalization.Simple)
        {
            Write(field.Raw.Span[..(field.ColonIndex + 1)]);
            Write(value[..start]);
            Write(value[end..]);
        }
        else
        {
            // The first part ends with the equals sign and the second starts with a semicolon, so no white space is at the join.
            WriteName(field);
            WriteRelaxed(value[..start]);
            WriteRelaxed(value[end..]);
        }
    }

    /// <summary>The hash of what was written.</summary>
    public readonly void Hash(SignatureHash hash, Span<byte> destination) => hash.Compute(Written, destination);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    // RFC 6376 section 3.4.2: lower case, and no white space before or after the colon.
    private void WriteName(HeaderField field)
    {
        Ascii.ToLower(field.Name, _buffer.AsSpan(_length), out var written);
        _length += written;
        _buffer[_length++] = (byte)':';
    }

    private void WriteRelaxed(ReadOnlySpan<byte> value)
    {
        value = TrimWhiteSpace(value);
        while (!value.IsEmpty)
        {
            var run = RunLength(value);
            Write(value[..run]);
            value = value[run..];
            var white = WhiteSpaceLength(value);
            if (white > 0)
            {
                // The value was trimmed, so text follows.
                _buffer[_length++] = (byte)' ';
                value = value[white..];
            }
        }
    }

    // How many bytes from a text byte on are copied unchanged: up to a tab, a fold, or a space that more white space follows.
    private static int RunLength(ReadOnlySpan<byte> value)
    {
        var index = 1;
        while (index < value.Length)
        {
            var offset = value[index..].IndexOfAny((byte)' ', (byte)'\t', (byte)'\r');
            if (offset < 0)
            {
                return value.Length;
            }

            index += offset;
            var white = WhiteSpaceLength(value[index..]);
            if (white > 1 || value[index] == (byte)'\t')
            {
                return index;
            }

            // A single space stays, and so does a CR that does not end a line.
            index++;
        }

        return value.Length;
    }

    // RFC 6376 section 3.4.2: folding is removed (RFC 5322 section 2.2.3), then runs of white space become one space.
    private static int WhiteSpaceLength(ReadOnlySpan<byte> value)
    {
        var index = 0;
        while (index < value.Length)
        {
            if (CharacterClasses.IsWsp(value[index]))
            {
                index++;
            }
            else if (IsFold(value[index..]))
            {
                index += 2;
            }
            else
            {
                break;
            }
        }

        return index;
    }

    private static bool IsFold(ReadOnlySpan<byte> value) =>
        value.StartsWith("\r\n"u8) && (value.Length == 2 || CharacterClasses.IsWsp(value[2]));

    private static ReadOnlySpan<byte> TrimWhiteSpace(ReadOnlySpan<byte> value)
    {
        value = value[WhiteSpaceLength(value)..];
        while (!value.IsEmpty)
        {
            if (CharacterClasses.IsWsp(value[^1]))
            {
                value = value[..^1];
            }
            else if (value.EndsWith("\r\n"u8))
            {
                value = value[..^2];
            }
            else
            {
                break;
            }
        }

        return value;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - _length >= more)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + more));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
