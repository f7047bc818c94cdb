using System.Text;

namespace EmailAuth.Results;

/// <summary>Folds items into lines (RFC 5322 section 2.2.3): it breaks between items where it can, and at an item's spaces where it must.</summary>
internal ref struct FieldFolder
{
    private readonly Span<char> _buffer;
    private int _length;
    private int _column;

    public FieldFolder(Span<char> buffer, int column)
    {
        _buffer = buffer;
        _column = column;
    }

    public void Append(ReadOnlySpan<char> text) => Append(text, Octets(text));

    public void AppendItem(ReadOnlySpan<char> item, bool separate, bool mustBreak)
    {
        var octets = Octets(item);
        if (separate)
        {
            if (mustBreak || _column + 1 + octets > FieldText.LineLength)
            {
                Break();
            }

            Append(" ", 1);
        }

        if (_column + octets <= FieldText.LineLength)
        {
            Append(item, octets);
        }
        else
        {
            AppendWords(item);
        }
    }

    public override readonly string ToString() => new(_buffer[.._length]);

    // A line ends before the first space of a run, and text follows the run: no line has only white space
    // (RFC 5322 section 3.2.2).
    private void AppendWords(ReadOnlySpan<char> item)
    {
        while (!item.IsEmpty)
        {
            var text = item.IndexOfAnyExcept(' ');
            var end = text < 0 ? -1 : item[text..].IndexOf(' ');
            var word = end < 0 ? item : item[..(text + end)];
            var octets = Octets(word);
            if (text > 0 && _column + octets > FieldText.LineLength)
            {
                Break();
            }

            Append(word, octets);
            item = item[word.Length..];
        }
    }

    private void Break()
    {
        Append("\r\n", 0);
        _column = 0;
    }

    private void Append(ReadOnlySpan<char> text, int octets)
    {
        text.CopyTo(_buffer[_length..]);
        _length += text.Length;
        _column += octets;
    }

    private static int Octets(ReadOnlySpan<char> text) => Ascii.IsValid(text) ? text.Length : Encoding.UTF8.GetByteCount(text);
}
