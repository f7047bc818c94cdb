using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace EmailAuth.Reports.Aggregate;

/// <summary>
/// Decodes the bytes of an XML document: UTF-8, UTF-16 by its byte order mark, and the Western one-byte encodings that reports name. What is not valid
/// becomes U+FFFD. Reads forward with a fixed buffer, and not more bytes than allowed.
/// </summary>
internal sealed class DecodedReportBytes(Stream stream, long maxBytes, AggregateFindings findings)
{
    private const int BufferLength = 16 * 1024;

    // The XML declaration, with room for what people put into it.
    private const int DeclarationBytes = 256;

    // Windows-1252 from 0x80; what it leaves open is U+FFFD. ISO-8859-1 names are read by it, as browsers do: reports have no C1 controls.
    private const string Windows1252 =
        "\u20AC\uFFFD\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\uFFFD\u017D\uFFFD\uFFFD\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\uFFFD\u017E\u0178";

    private readonly byte[] _bytes = new byte[BufferLength];
    private int _start;
    private int _end;
    private long _read;
    private bool _isEnd;
    private Form _form = Form.Unknown;

    private enum Form
    {
        Unknown,
        Utf8,
        Western,
        LittleEndian,
        BigEndian,
    }

    /// <summary>Whether there are more bytes than allowed. Nothing is read then.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Reads characters; 0 only at the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<char> output, CancellationToken cancellationToken)
    {
        while (!IsTooLong)
        {
            if (_form == Form.Unknown && (_end - _start >= DeclarationBytes || _isEnd))
            {
                Detect();
            }

            var written = _form == Form.Unknown ? 0 : Decode(output.Span);
            if (written > 0 || (_isEnd && (_start == _end)))
            {
                return written;
            }

            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            (_start, _end) = (0, _end - _start);
            var read = await stream.ReadAsync(_bytes.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _end += read;
            _isEnd = read == 0;
            _read += read;
            if (_read > maxBytes)
            {
                IsTooLong = true;
                findings.Add(AggregateFindingCode.TooManyBytes, argument: maxBytes.ToString(CultureInfo.InvariantCulture));
            }
        }

        return 0;
    }

    private int Decode(Span<char> output) => _form switch
    {
        Form.LittleEndian or Form.BigEndian => DecodeUtf16(output),
        Form.Western => DecodeWestern(output),
        Form.Utf8 => DecodeUtf8(output),
        Form.Unknown => throw new UnreachableException(),
        _ => throw new UnreachableException(),
    };

    private int DecodeUtf8(Span<char> output)
    {
        var written = 0;
        while (true)
        {
            var input = _bytes.AsSpan(_start, _end - _start);
            var status = Utf8.ToUtf16(input, output[written..], out var read, out var chars, replaceInvalidSequences: false, isFinalBlock: _isEnd);
            _start += read;
            written += chars;
            if (status != OperationStatus.InvalidData || written == output.Length)
            {
                return written;
            }

            _ = Rune.DecodeFromUtf8(input[read..], out _, out var length);
            _start += length;
            output[written++] = Invalid();
        }
    }

    private int DecodeWestern(Span<char> output)
    {
        var length = Math.Min(output.Length, _end - _start);
        for (var index = 0; index < length; index++)
        {
            var c = (char)_bytes[_start + index];
            output[index] = c is >= '\u0080' and <= '\u009F' ? Windows1252[c - 0x80] is not '\uFFFD' and var known ? known : Invalid() : c;
        }

        _start += length;
        return length;
    }

    private int DecodeUtf16(Span<char> output)
    {
        var written = 0;
        for (; written < output.Length && _end - _start >= 2; written++, _start += 2)
        {
            output[written] = _form == Form.LittleEndian
                ? (char)(_bytes[_start] | (_bytes[_start + 1] << 8))
                : (char)((_bytes[_start] << 8) | _bytes[_start + 1]);
        }

        if (_isEnd && _end - _start == 1 && written < output.Length)
        {
            _start = _end;
            output[written++] = Invalid();
        }

        return written;
    }

    private char Invalid()
    {
        findings.Add(AggregateFindingCode.InvalidEncoding);
        return '\uFFFD';
    }

    // XML 1.0 appendix F.
    private void Detect()
    {
        var input = _bytes.AsSpan(_start, _end - _start);
        var (form, mark) = input switch
        {
            [0xEF, 0xBB, 0xBF, ..] => (Form.Utf8, 3),
            [0xFF, 0xFE, ..] => (Form.LittleEndian, 2),
            [0xFE, 0xFF, ..] => (Form.BigEndian, 2),
            [(byte)'<', 0, ..] => (Form.LittleEndian, 0),
            [0, (byte)'<', ..] => (Form.BigEndian, 0),
            _ => (OfDeclaration(input[..Math.Min(input.Length, DeclarationBytes)]), 0),
        };
        _form = form;
        _start += mark;
    }

    private Form OfDeclaration(ReadOnlySpan<byte> input)
    {
        var declaration = input.IndexOf("<?xml"u8);
        var end = declaration < 0 ? -1 : input[declaration..].IndexOf("?>"u8);
        var encoding = end < 0 ? -1 : input.Slice(declaration, end).IndexOf("encoding"u8);
        if (encoding < 0)
        {
            return Form.Utf8;
        }

        var value = input[(declaration + encoding + "encoding".Length)..(declaration + end)];
        var name = Encoding.Latin1.GetString(value).Trim(' ', '\t', '\r', '\n', '=', '"', '\'');
        name = name.AsSpan().IndexOfAny('"', '\'') is var quote and >= 0 ? name[..quote] : name;
        switch (name.ToLowerInvariant())
        {
            case "utf-8" or "utf8" or "us-ascii" or "ascii":
                return Form.Utf8;
            case "windows-1252" or "cp1252" or "iso-8859-1" or "latin1" or "latin-1" or "iso-8859-15":
                return Form.Western;
            default:
                findings.Add(AggregateFindingCode.UnknownEncoding, argument: name);
                return Form.Utf8;
        }
    }
}
