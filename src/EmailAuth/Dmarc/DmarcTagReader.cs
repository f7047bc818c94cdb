using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>
/// Reads the tags of a DMARC record (RFC 9989 section 4.8). It does not check them and never stops before the end: everything between two
/// semicolons is a tag.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct DmarcTagReader(ReadOnlySpan<char> text, int start)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _start = start;

    // dmarc-record = dmarc-version *(dmarc-sep dmarc-tag) [dmarc-sep] *WSP
    /// <summary>The next tag; false at the end, where a last semicolon may be.</summary>
    /// <param name="tag">The tag; its name is all of it without "=", and empty where there is nothing between two semicolons.</param>
    /// <param name="hasValue">Whether there is "=".</param>
    public bool TryRead(out TagSpec tag, out bool hasValue)
    {
        tag = default;
        hasValue = false;
        if (_start >= _text.Length)
        {
            return false;
        }

        var length = _text[_start..].IndexOf(';');
        var end = length < 0 ? _text.Length : _start + length;
        var position = SkipWhiteSpace(_text[..end], _start);
        _start = end + 1;
        var part = _text[position..end].TrimEnd(" \t");
        if (part.IsEmpty && length < 0)
        {
            return false;
        }

        var equals = part.IndexOf('=');
        hasValue = equals >= 0;
        if (!hasValue)
        {
            tag = new TagSpec(part, default, position, position + part.Length);
            return true;
        }

        var valueStart = SkipWhiteSpace(part, equals + 1);
        tag = new TagSpec(part[..equals].TrimEnd(" \t"), part[valueStart..], position, position + valueStart);
        return true;
    }

    /// <summary>The position of the next character that is not a space or a tab; the text's end without one.</summary>
    public static int SkipWhiteSpace(ReadOnlySpan<char> text, int position)
    {
        while (position < text.Length && CharacterClasses.IsWsp(text[position]))
        {
            position++;
        }

        return position;
    }
}
