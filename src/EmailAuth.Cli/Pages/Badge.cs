using System.Diagnostics;
using System.Text;

namespace EmailAuth.Cli.Pages;

/// <summary>A state as a sign, a word and a colour, so that it never depends on the colour alone.</summary>
internal readonly struct Badge
{
    private readonly State _state;
    private readonly string _word;

    private Badge(State state, string word)
    {
        _state = state;
        _word = word;
    }

    public static Badge Of(State state, string word) => new(state, word);

    /// <summary>The badge of a result of SPF, DKIM, ARC, DMARC, BIMI or iprev.</summary>
    public static Badge OfResult(string result) => new(StateOf(result), result);

    /// <summary>Whether an identifier aligns; null when nothing was compared.</summary>
    public static Badge OfAlignment(bool? isAligned) => isAligned switch
    {
        true => new Badge(State.Pass, "aligned"),
        false => new Badge(State.None, "not aligned"),
        null => new Badge(State.None, "not compared"),
    };

    public static State StateOf(string result) => result switch
    {
        "pass" => State.Pass,
        "fail" or "permerror" => State.Fail,
        "temperror" or "softfail" or "policy" => State.Risk,
        _ => State.None,
    };

    /// <summary>The class of a state in the style.</summary>
    public static string ClassOf(State state) => state switch
    {
        State.Pass => "pass",
        State.Fail => "fail",
        State.Risk => "risk",
        State.Note => "note",
        State.None => "none",
        _ => throw new UnreachableException(),
    };

    /// <summary>The badge as the page has it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        WriteTo(text);
        return text.ToString();
    }

    public void WriteTo(StringBuilder to)
    {
        var sign = _state switch
        {
            State.Pass => "✓",
            State.Fail => "✕",
            State.Risk => "!",
            State.Note => "i",
            State.None => "–",
            _ => throw new UnreachableException(),
        };
        to.Append("<span class=\"badge ").Append(ClassOf(_state)).Append("\"><span aria-hidden=\"true\">").Append(sign).Append("</span> ");
        HtmlText.WriteCharacters(to, _word.AsSpan(0, Math.Min(_word.Length, HtmlText.MaxValue)), keepLines: false);
        to.Append("</span>");
    }
}
