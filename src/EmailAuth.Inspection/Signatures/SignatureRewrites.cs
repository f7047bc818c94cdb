using System.Text;

namespace EmailAuth.Inspection.Signatures;

/// <summary>The signature's own field in other forms. Its value comes and goes without the value of <c>b=</c> (RFC 6376 section 3.7).</summary>
internal static class SignatureRewrites
{
    private static readonly string[] Separators = ["; ", ";", ";\r\n\t", ";\r\n ", ";\r\n        ", " ; "];
    private static readonly string?[] Colons = [null, ":", " : ", ": ", " :"];
    private static readonly string[] Folds = ["\r\n ", "\r\n\t", "\r\n  "];
    private static readonly int[] Widths = [76, 78, 72];

    /// <summary>A value without the value of <c>b=</c>; null when it has no such tag.</summary>
    public static string? WithoutSignature(string value)
    {
        var position = 0;
        foreach (var piece in value.Split(';'))
        {
            var equals = piece.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && piece.AsSpan(0, equals).Trim(" \t\r\n") is "b")
            {
                return value[..(position + equals + 1)] + value[(position + piece.Length)..];
            }

            position += piece.Length + 1;
        }

        return null;
    }

    /// <summary>The field in other forms.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value without that of <c>b=</c>.</param>
    /// <param name="isRelaxed">Whether folding and the case of names do not matter.</param>
    public static IEnumerable<FieldRewrite> Of(string name, string value, bool isRelaxed)
    {
        var tags = value.Split(';').Select(static tag => CanonicalText.RelaxedValue(tag).Trim()).ToList();
        var isEnded = tags[^1].Length == 0;
        var pieces = tags.Where(static tag => tag.Length > 0).ToList();
        foreach (var separator in Separators)
        {
            foreach (var colon in Colons)
            {
                foreach (var isClosed in new[] { false, true })
                {
                    foreach (var isTight in new[] { false, true })
                    {
                        var text = string.Join(separator, pieces.Select(tag => Tag(tag, colon, isTight)));
                        yield return Form(name, " " + text + (isClosed ? ";" : string.Empty), isClosed == isEnded ? 0 : 1);
                        yield return Form(name, " " + text.Replace("bh=", "bh= ", StringComparison.Ordinal), 1);
                    }
                }
            }
        }

        foreach (var fold in Folds)
        {
            foreach (var width in Widths)
            {
                yield return Form(name, Filled(name, pieces, width, fold, hasOwnLine: false), 0);
                yield return Form(name, Filled(name, pieces, width, fold, hasOwnLine: true), 0);
            }
        }

        if (!isRelaxed)
        {
            foreach (var rewrite in FormRewrites.OfFolding(name, value).Concat(FormRewrites.OfName(name, value)))
            {
                yield return rewrite with { Code = ChangeCode.SignatureReformatted, Arguments = [] };
            }
        }
    }

    // Tags are put on a line as long as it has room, and so are the names of h=; many signers give b= a line of its own.
    private static string Filled(string name, List<string> tags, int width, string fold, bool hasOwnLine)
    {
        var text = new StringBuilder();
        var column = name.Length + 1;
        foreach (var (index, tag) in tags.Index())
        {
            var items = tag.StartsWith("h=", StringComparison.Ordinal) ? tag.Replace(" ", string.Empty, StringComparison.Ordinal).Split(':') : [tag];
            for (var item = 0; item < items.Length; item++)
            {
                var isLast = item == items.Length - 1;
                var piece = items[item] + (!isLast ? ":" : index < tags.Count - 1 ? ";" : string.Empty);
                var isNext = (item == 0 ? column + 1 : column) + piece.Length > width || (hasOwnLine && index == tags.Count - 1);
                text.Append(isNext ? fold : item == 0 ? " " : string.Empty).Append(piece);
                column = (isNext ? fold.Length - 2 : column + (item == 0 ? 1 : 0)) + piece.Length;
            }
        }

        return text.ToString();
    }

    private static string Tag(string tag, string? colon, bool isTight)
    {
        if (colon is not null && tag.StartsWith("h=", StringComparison.Ordinal))
        {
            return "h=" + string.Join(colon, tag[2..].Split(':', StringSplitOptions.TrimEntries));
        }

        // Only tags whose white space means nothing (RFC 6376 section 3.5: base64string, and the sets of names).
        return isTight && tag.StartsWith("bh=", StringComparison.Ordinal) ? tag.Replace(" ", string.Empty, StringComparison.Ordinal) : tag;
    }

    private static FieldRewrite Form(string name, string value, int rank) => new(ChangeCode.SignatureReformatted, [], name, value, rank);
}
