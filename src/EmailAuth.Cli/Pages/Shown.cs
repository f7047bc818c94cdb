using System.Text;

namespace EmailAuth.Cli.Pages;

/// <summary>A value and the form in which a page shows it. Each form escapes it.</summary>
internal readonly struct Shown
{
    private const int MaxDrawn = 34;
    private const int MaxBlock = 16_000;

    private readonly string _text;
    private readonly ShownForm _form;

    private Shown(string? text, ShownForm form)
    {
        _text = text ?? string.Empty;
        _form = form;
    }

    /// <summary>A name or a text of a protocol, in a fixed pitch.</summary>
    public static Shown Code(string? text) => new(text, ShownForm.Code);

    /// <summary>A text in any script, apart from the direction of the text around it.</summary>
    public static Shown Name(string? text) => new(text, ShownForm.Name);

    /// <summary>A sentence of this command, which has values in it: it is cut later than a value.</summary>
    public static Shown Sentence(string? text) => new(text, ShownForm.Sentence);

    /// <summary>The same, starting with a capital letter if it starts with a word, and ending with a full stop.</summary>
    public static Shown Whole(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return new Shown(text, ShownForm.Sentence);
        }

        // A domain, an address or a term of a record is no word: it stays as it is.
        var word = text.AsSpan(0, text.IndexOf(' ') is var end and > 0 ? end : text.Length).TrimEnd(',');
        var start = word.ContainsAnyExceptInRange('a', 'z') ? text[..1] : text[..1].ToUpperInvariant();
        return new Shown($"{start}{text[1..]}{(text[^1] is '.' or '?' or '!' ? string.Empty : ".")}", ShownForm.Sentence);
    }

    /// <summary>Lines as they are, in a block.</summary>
    public static Shown Block(string? text) => new(text, ShownForm.Block);

    /// <summary>A value of an attribute, between quotes.</summary>
    public static Shown Attribute(string? text) => new(text, ShownForm.Attribute);

    /// <summary>A text in a drawing.</summary>
    public static Shown Drawn(string? text) => new(text, ShownForm.Drawn);

    public void WriteTo(StringBuilder to, Action<string> noteCut)
    {
        switch (_form)
        {
            case ShownForm.Code:
                to.Append("<code>");
                HtmlText.Write(to, _text, HtmlText.MaxValue, noteCut);
                to.Append("</code>");
                break;
            case ShownForm.Name:
                to.Append("<bdi>");
                HtmlText.Write(to, _text, HtmlText.MaxValue, noteCut);
                to.Append("</bdi>");
                break;
            case ShownForm.Sentence:
                HtmlText.Write(to, _text, HtmlText.MaxSentence, noteCut);
                break;
            case ShownForm.Block:
                HtmlText.WriteBlock(to, _text, MaxBlock, noteCut);
                break;
            case ShownForm.Attribute:
                HtmlText.WriteAttribute(to, _text);
                break;
            case ShownForm.Drawn:
                HtmlText.WriteDrawn(to, _text, MaxDrawn);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>The value as the page has it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        WriteTo(text, static _ => { });
        return text.ToString();
    }

    private enum ShownForm
    {
        Code,
        Name,
        Sentence,
        Block,
        Attribute,
        Drawn,
    }
}
