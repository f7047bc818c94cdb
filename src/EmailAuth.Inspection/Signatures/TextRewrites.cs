namespace EmailAuth.Inspection.Signatures;

/// <summary>Changes of the text of a field: something put before or after it, or other encoded words.</summary>
internal static class TextRewrites
{
    // Longer texts are not searched position by position.
    private const int MostPositions = 400;
    private const int MostDecodedPositions = 12;
    private const int MostOfReply = 5;

    /// <summary>The Subject without a tag.</summary>
    public static IEnumerable<FieldRewrite> OfSubject(string name, string value)
    {
        var text = CanonicalText.RelaxedValue(value);
        foreach (var rewrite in WithoutStart(name, text).Concat(WithoutEnd(name, text, ChangeCode.SubjectTag)))
        {
            yield return rewrite;
        }

        if (EncodedWords.Decode(text) is not { } decoded || decoded.Length > MostPositions)
        {
            yield break;
        }

        foreach (var form in EncodedWords.Encode(decoded))
        {
            yield return new FieldRewrite(ChangeCode.FieldReencoded, [name], name, " " + form);
        }

        foreach (var position in Borders(decoded).Take(MostDecodedPositions))
        {
            foreach (var form in EncodedWords.Encode(decoded[position..]))
            {
                yield return new FieldRewrite(ChangeCode.SubjectTag, [decoded[..position].Trim()], name, " " + form);
            }
        }
    }

    /// <summary>Any value without something at its start or end.</summary>
    public static IEnumerable<FieldRewrite> OfValue(string name, string value)
    {
        var text = CanonicalText.RelaxedValue(value);
        foreach (var rewrite in WithoutEnd(name, text, ChangeCode.FieldExtended))
        {
            yield return rewrite;
        }

        for (var position = 1; position < Math.Min(text.Length, MostPositions); position++)
        {
            yield return new FieldRewrite(ChangeCode.FieldExtended, [name, text[..position].Trim()], name, " " + text[position..].TrimStart(), Rank: 2);
        }
    }

    private static IEnumerable<FieldRewrite> WithoutStart(string name, string text)
    {
        var borders = Borders(text).ToHashSet();
        var reply = text.AsSpan(0, Math.Min(text.Length, MostOfReply)).IndexOf(':') + 1;
        for (var position = 1; position <= Math.Min(text.Length, MostPositions); position++)
        {
            var rank = borders.Contains(position) || position == text.Length ? 0 : 2;
            yield return new FieldRewrite(ChangeCode.SubjectTag, [text[..position].Trim()], name, " " + text[position..].TrimStart(), rank);
            if (reply > 0 && position > reply)
            {
                // Lists put their tag behind "Re:", so that it is not repeated.
                yield return new FieldRewrite(ChangeCode.SubjectTag, [text[reply..position].Trim()], name, $" {text[..reply]} {text[position..].TrimStart()}", rank);
                yield return new FieldRewrite(ChangeCode.SubjectTag, [text[reply..position].Trim()], name, " " + text[..reply] + text[position..], 2);
            }
        }
    }

    private static IEnumerable<FieldRewrite> WithoutEnd(string name, string text, ChangeCode code)
    {
        for (var position = text.Length - 1; position > Math.Max(0, text.Length - MostPositions); position--)
        {
            var added = text[position..].Trim();
            yield return new FieldRewrite(
                code, code == ChangeCode.SubjectTag ? [added] : [name, added], name, " " + text[..position].TrimEnd(), text[position] is ' ' or ';' or ',' ? 1 : 2);
        }
    }

    // Where a tag may end: behind a space, a bracket or a colon.
    private static IEnumerable<int> Borders(string text)
    {
        for (var position = 1; position < text.Length; position++)
        {
            if (text[position - 1] is ' ' or ']' or ')' or '}' or ':' or '*' && text[position] is not ' ')
            {
                yield return position;
            }
        }
    }
}
