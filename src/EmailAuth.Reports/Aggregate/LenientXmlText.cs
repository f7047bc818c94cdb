using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Reports.Aggregate;

/// <summary>
/// The characters of a document for an XML parser, with what would end the parsing of an honest report mended on the way: bytes that are not valid in
/// the encoding, control characters, "&lt;" and "&amp;" that begin nothing. A document type declaration and a tag without a bound end the text.
/// Comments and processing instructions are taken out, and a CDATA section becomes an escaped text. Reads forward with a fixed buffer.
/// </summary>
/// <remarks>
/// An XmlReader that ignores comments and processing instructions calls itself for each when it reads asynchronously: a million of them in a row
/// would end the process. It keeps the whole of a CDATA section, however long.
/// </remarks>
internal sealed class LenientXmlText(DecodedReportBytes bytes, int maxMarkupLength, ReportFindings findings) : TextReader
{
    private const int BufferLength = 16 * 1024;

    // No character reference is longer.
    private const int MaxReference = 12;

    private const string DataEnd = "]]>";

    private readonly char[] _chars = new char[BufferLength];
    private int _start;
    private int _end;
    private bool _isEnd;
    private bool _isStopped;
    private State _state = State.Start;
    private bool _isAtStart = true;
    private char _quote;
    private int _markupLength;

    // The last characters of a comment or the like, in which the end of it is looked for: "--" or "?".
    private char _last;
    private char _lastButOne;

    // A replacement that did not fit into the caller's buffer.
    private string _pending = string.Empty;
    private int _pendingAt;

    private enum State
    {
        Start,
        Text,
        Tag,
        Comment,
        Data,
        Declaration,
        Instruction,
    }

    // Of what is taken out, the line ends stay, so that lines have their numbers.
    private bool IsDropping => _state is State.Comment or State.Instruction;

    /// <summary>Whether the text ended before the document did, with a finding that is fatal.</summary>
    public bool IsStopped => _isStopped;

    public override Task<int> ReadAsync(char[] buffer, int index, int count) => ReadAsync(buffer.AsMemory(index, count)).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0 && !_isStopped)
        {
            var written = Filter(buffer.Span);
            if (written > 0 || _isStopped || (_isEnd && _start == _end))
            {
                return written;
            }

            await FillAsync(cancellationToken).ConfigureAwait(false);
        }

        return 0;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _chars.AsSpan(_start, _end - _start).CopyTo(_chars);
        (_start, _end) = (0, _end - _start);
        var read = await bytes.ReadAsync(_chars.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        _isEnd = read == 0;
        if (bytes.IsTooLong)
        {
            Stop();
        }
    }

    private void Stop() => (_isStopped, _start, _end) = (true, 0, 0);

    private int Filter(Span<char> output)
    {
        var written = 0;
        while (written < output.Length && !_isStopped)
        {
            if (_pendingAt < _pending.Length)
            {
                output[written++] = _pending[_pendingAt++];
                continue;
            }

            var input = _chars.AsSpan(_start, _end - _start);
            if (input.IsEmpty)
            {
                break;
            }

            var plain = PlainLength(input);
            if (plain > 0)
            {
                plain = IsDropping ? plain : Math.Min(plain, output.Length - written);
                if (!IsDropping)
                {
                    input[..plain].CopyTo(output[written..]);
                    written += plain;
                }

                Pass(input[..plain]);
            }
            else if (IsDropping && input[0] == '\n')
            {
                output[written++] = '\n';
                Pass(input[..1]);
            }
            else if (!TryPassStop(input))
            {
                break;
            }
        }

        return written;
    }

    // How many characters pass as they are.
    private int PlainLength(ReadOnlySpan<char> input)
    {
        if (_state == State.Start)
        {
            return 0;
        }

        var stops = _state switch
        {
            State.Text or State.Data => XmlSyntax.TextStops,
            State.Tag when _quote == 0 => XmlSyntax.TagStops,
            State.Tag => XmlSyntax.QuoteStops,
            State.Comment or State.Instruction => XmlSyntax.DroppedStops,
            State.Declaration => XmlSyntax.EndStops,
            State.Start => throw new UnreachableException(),
            _ => throw new UnreachableException(),
        };
        var length = input.IndexOfAny(stops);
        length = length < 0 ? input.Length : length;
        return _state == State.Data ? DataLength(input, length) : length;
    }

    // Up to the end of the section, or to what may be the start of that end.
    private int DataLength(ReadOnlySpan<char> input, int length)
    {
        var end = input[..Math.Min(input.Length, length + DataEnd.Length - 1)].IndexOf(DataEnd);
        if (end >= 0)
        {
            return end;
        }

        if (length == input.Length && !_isEnd)
        {
            length -= input.EndsWith("]]") ? 2 : input.EndsWith("]") ? 1 : 0;
        }

        return length;
    }

    private void Pass(ReadOnlySpan<char> passed)
    {
        _start += passed.Length;
        _lastButOne = passed.Length > 1 ? passed[^2] : _last;
        _last = passed[^1];
        if (_state is State.Tag or State.Declaration)
        {
            _markupLength += passed.Length;
            if (_markupLength > maxMarkupLength)
            {
                findings.Add(ReportFindingCode.MarkupTooLong, argument: maxMarkupLength.ToString(CultureInfo.InvariantCulture));
                Stop();
            }
        }
    }

    // One character that does not pass as it is, or not without a look. False when more characters are needed to decide.
    private bool TryPassStop(ReadOnlySpan<char> input)
    {
        var c = input[0];
        if (_state == State.Start)
        {
            SkipLeading(input);
            return true;
        }

        if (c is '<' or '&' && _state == State.Text)
        {
            return c == '<' ? TryOpen(input) : TryReference(input);
        }

        if (_state == State.Data && c is ('<' or '&' or '>' or ']'))
        {
            return TryPassData(input);
        }

        // "]]>" must not be in a text; a ">" alone may, and is the same escaped.
        if (_state == State.Text && c == '>')
        {
            Emit("&gt;", 1);
            return true;
        }

        if (c is '>' or '"' or '\'')
        {
            PassMark(c);
            return true;
        }

        if (char.IsHighSurrogate(c))
        {
            if (input.Length == 1 && !_isEnd)
            {
                return false;
            }

            if (input.Length > 1 && char.IsLowSurrogate(input[1]))
            {
                Emit(input[..2].ToString(), 2);
                return true;
            }
        }

        findings.Add(ReportFindingCode.ControlCharacter);
        Emit("\uFFFD", 1);
        return true;
    }

    private void PassMark(char c)
    {
        var isEnd = c == '>' && _state switch
        {
            State.Tag => _quote == 0,
            State.Comment => _last == '-' && _lastButOne == '-',
            State.Declaration or State.Instruction => _last == '?',
            State.Start or State.Text or State.Data => false,
            _ => throw new UnreachableException(),
        };
        if (_state == State.Tag && c != '>')
        {
            _quote = _quote == 0 ? c : _quote == c ? '\0' : _quote;
        }

        Emit(IsDropping ? string.Empty : c switch { '>' => ">", '"' => "\"", _ => "'" }, 1);
        if (isEnd)
        {
            _state = State.Text;
        }
    }

    private bool TryPassData(ReadOnlySpan<char> input)
    {
        if (input.StartsWith(DataEnd))
        {
            Emit(string.Empty, DataEnd.Length);
            _state = State.Text;
            return true;
        }

        // A "]" is here only when the input may continue with the end of the section.
        if (input[0] == ']')
        {
            return false;
        }

        // The ">" may come after a section that ended in "]]".
        Emit(input[0] switch { '<' => "&lt;", '>' => "&gt;", _ => "&amp;" }, 1);
        return true;
    }

    private void Emit(string text, int consumed)
    {
        (_pending, _pendingAt) = (text, 0);
        Pass(_chars.AsSpan(_start, consumed));
    }

    // A document begins with "<"; some senders put empty lines before it.
    private void SkipLeading(ReadOnlySpan<char> input)
    {
        var skipped = 0;
        while (skipped < input.Length && (char.IsWhiteSpace(input[skipped]) || input[skipped] is '\uFEFF' or '\0'))
        {
            skipped++;
        }

        if (skipped > 0)
        {
            findings.Add(ReportFindingCode.LeadingText);
        }

        _start += skipped;
        _state = skipped < input.Length ? State.Text : State.Start;
    }

    private bool TryOpen(ReadOnlySpan<char> input)
    {
        if (input.Length < XmlSyntax.MaxName + 2 && !_isEnd && input[1..].IndexOfAny('<', '>') < 0)
        {
            return false;
        }

        State? opened = input switch
        {
            ['<', '!', '-', '-', ..] => State.Comment,
            ['<', '!', '[', 'C', 'D', 'A', 'T', 'A', '[', ..] => State.Data,
            ['<', '?', 'x', 'm', 'l', ' ' or '\t' or '\r' or '\n', ..] when _isAtStart => State.Declaration,
            ['<', '?', ..] => State.Instruction,
            ['<', '!', >= 'A' and <= 'Z', ..] => null,
            ['<', '/', .. var name] when XmlSyntax.IsName(name) => State.Tag,
            ['<', .. var name] when XmlSyntax.IsName(name) => State.Tag,
            _ => State.Text,
        };
        if (opened is null)
        {
            findings.Add(ReportFindingCode.DocumentType);
            Stop();
            return true;
        }

        if (opened == State.Text)
        {
            findings.Add(ReportFindingCode.StrayMarkup);
            Emit("&lt;", 1);
            return true;
        }

        (_state, _markupLength, _quote) = (opened.Value, 0, '\0');
        _isAtStart = false;
        var consumed = opened == State.Comment ? "<!--".Length : opened == State.Data ? "<![CDATA[".Length : opened == State.Tag ? 1 : "<?".Length;
        Emit(IsDropping || opened == State.Data ? string.Empty : input[..consumed].ToString(), consumed);

        // "<!-->" is not a comment that ends.
        (_last, _lastButOne) = ('\0', '\0');
        return true;
    }

    private bool TryReference(ReadOnlySpan<char> input)
    {
        var length = input[..Math.Min(input.Length, MaxReference)].IndexOf(';');
        if (length < 0 && input.Length < MaxReference && !_isEnd)
        {
            return false;
        }

        var name = length < 0 ? [] : input[1..length];
        if (name is "amp" or "lt" or "gt" or "quot" or "apos" || XmlSyntax.IsCharacter(name))
        {
            Emit(input[..(length + 1)].ToString(), length + 1);
            return true;
        }

        if (name is ['#', ..])
        {
            findings.Add(ReportFindingCode.ControlCharacter);
            Emit("\uFFFD", length + 1);
            return true;
        }

        findings.Add(ReportFindingCode.StrayMarkup);
        Emit("&amp;", 1);
        return true;
    }
}
