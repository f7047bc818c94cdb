namespace EmailAuth.Inspection.Signatures;

/// <summary>Changes of the fields of MIME: quoting and case of parameters, parameters added, an encoding or a charset replaced.</summary>
internal static class MimeRewrites
{
    private const int MostParameters = 12;

    private static readonly string[] Encodings = ["7bit", "8bit", "quoted-printable", "base64", "binary", "7BIT", "8BIT", "7Bit", "8Bit", "QUOTED-PRINTABLE", "BASE64", "Base64"];

    private static readonly string[] Charsets = ["us-ascii", "utf-8", "UTF-8", "iso-8859-1", "iso-8859-15", "windows-1252", "US-ASCII", "ISO-8859-1"];

    private static readonly string[] Separators = ["; ", ";", ";\r\n ", ";\r\n\t", ";\r\n    ", " ; "];

    /// <summary>Values that a field may have had which is now another, or which was removed.</summary>
    /// <param name="name">The field in lower case.</param>
    public static IEnumerable<string> UsualValues(string name)
    {
        switch (name)
        {
            case "mime-version":
                return ["1.0", "1.0 (1.0)"];
            case "content-transfer-encoding":
                return Encodings;
            case "content-type":
                return ["text/plain", "text/html", .. Charsets.SelectMany(charset => new[]
                {
                    $"text/plain; charset={charset}", $"text/plain; charset=\"{charset}\"", $"text/html; charset={charset}", $"text/html; charset=\"{charset}\"",
                    $"text/plain; charset={charset}; format=flowed", $"text/plain; charset=\"{charset}\"; format=\"flowed\"", $"text/plain;charset={charset}",
                })];
            case "precedence":
                return ["bulk", "list", "junk"];
            case "importance":
                return ["normal", "high", "low", "Normal", "High"];
            case "x-priority" or "priority":
                return ["3", "1", "normal", "3 (Normal)"];
            case "content-language":
                return ["en-US", "en-GB", "en", "de-DE"];
            default:
                return [];
        }
    }

    /// <summary>A Content-Type or another value with parameters, in other forms.</summary>
    public static IEnumerable<FieldRewrite> OfParameters(string name, string value)
    {
        var pieces = MimeText.Pieces(CanonicalText.RelaxedValue(value)).ConvertAll(static piece => piece.Trim());
        if (pieces.Count > MostParameters)
        {
            yield break;
        }

        foreach (var form in Forms(pieces))
        {
            yield return new FieldRewrite(ChangeCode.FieldReformatted, [name], name, " " + form, 0);
        }

        for (var dropped = 1; dropped < pieces.Count; dropped++)
        {
            foreach (var form in Forms([.. pieces.Where((piece, index) => index != dropped && piece.Length > 0)]))
            {
                yield return new FieldRewrite(ChangeCode.FieldExtended, [name, pieces[dropped]], name, " " + form, 0);
            }
        }

        foreach (var charset in pieces.Exists(IsCharset) ? Charsets : [])
        {
            foreach (var quoted in new[] { charset, $"\"{charset}\"" })
            {
                yield return new FieldRewrite(
                    ChangeCode.FieldReplaced, [name], name, " " + string.Join("; ", pieces.Select(piece => IsCharset(piece) ? $"charset={quoted}" : piece)), 0);
            }
        }
    }

    private static IEnumerable<string> Forms(List<string> pieces)
    {
        foreach (var separator in Separators)
        {
            foreach (var quote in (Func<string, string>[])[Same, Quoted, Bare, BoundaryQuoted, BoundaryBare])
            {
                var quoted = pieces.Select((piece, index) => index == 0 ? piece : quote(piece)).ToList();
                yield return string.Join(separator, quoted);
                yield return string.Join(separator, quoted.Select((piece, index) => index == 0 || IsCharset(piece) ? piece.ToLowerInvariant() : piece));
                yield return string.Join(separator, quoted.Select(static piece => IsCharset(piece) ? "charset=" + piece["charset=".Length..].ToUpperInvariant() : piece));
            }
        }

        if (pieces.Count > 2)
        {
            yield return string.Join("; ", [pieces[0], .. Enumerable.Reverse(pieces.Skip(1))]);
        }

        yield return string.Join("; ", pieces) + ";";
    }

    private static bool IsCharset(string piece) => piece.StartsWith("charset=", StringComparison.OrdinalIgnoreCase);

    private static string Same(string piece) => piece;

    private static string Quoted(string piece)
    {
        var equals = piece.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && !piece.EndsWith('"') ? $"{piece[..equals]}=\"{piece[(equals + 1)..]}\"" : piece;
    }

    private static string Bare(string piece) => piece.Replace("\"", string.Empty, StringComparison.Ordinal);

    private static string BoundaryQuoted(string piece) => piece.StartsWith("boundary=", StringComparison.OrdinalIgnoreCase) ? Quoted(piece) : Bare(piece);

    private static string BoundaryBare(string piece) => piece.StartsWith("boundary=", StringComparison.OrdinalIgnoreCase) ? Bare(piece) : Quoted(piece);
}
