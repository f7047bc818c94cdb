using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace EmailAuth.Cli.Pages;

/// <summary>
/// A piece of HTML. It is written as an interpolated string: the literal parts are source code of this command and go out as they are, and every
/// value goes through <see cref="HtmlText"/>. There is no other way to put text in, so what a message, a record or a report says is always escaped.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Html
{
    private readonly StringBuilder _text;
    private readonly List<string> _cut = [];

    public Html(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (formattedCount * 32));

    /// <summary>Nothing.</summary>
    public static Html Empty => new(0, 0);

    /// <summary>Whether nothing was written.</summary>
    public bool IsEmpty => _text.Length == 0;

    /// <summary>The values that were cut, in their whole length, each once.</summary>
    public IReadOnlyList<string> Cut => _cut;

    /// <summary>Adds a piece at the end.</summary>
    public Html Add(Html more)
    {
        AppendFormatted(more);
        return this;
    }

    public void AppendLiteral(string literal) => _text.Append(literal);

    /// <summary>A value in the text: cut at 160 characters.</summary>
    public void AppendFormatted(string? value) => HtmlText.Write(_text, value, HtmlText.MaxValue, Note);

    /// <summary>A value in another form.</summary>
    public void AppendFormatted(Shown shown) => shown.WriteTo(_text, Note);

    public void AppendFormatted(Badge badge) => badge.WriteTo(_text);

    public void AppendFormatted(int number) => _text.Append(CultureInfo.InvariantCulture, $"{number}");

    /// <summary>A count, with commas between thousands.</summary>
    public void AppendFormatted(long number) => _text.Append(CultureInfo.InvariantCulture, $"{number:N0}");

    public void AppendFormatted(Html? more)
    {
        if (more is not null)
        {
            _text.Append(more._text);
            more._cut.ForEach(Note);
        }
    }

    public void AppendFormatted(IEnumerable<Html> pieces)
    {
        foreach (var piece in pieces)
        {
            AppendFormatted(piece);
        }
    }

    /// <summary>The HTML.</summary>
    public override string ToString() => _text.ToString();

    private void Note(string whole)
    {
        if (!_cut.Contains(whole, StringComparer.Ordinal))
        {
            _cut.Add(whole);
        }
    }
}
