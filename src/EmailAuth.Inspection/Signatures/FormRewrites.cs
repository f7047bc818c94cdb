using System.Globalization;
using System.Text;

namespace EmailAuth.Inspection.Signatures;

/// <summary>Changes of how a field is written and not of what it says: folding, white space, the case of its name. Only simple canonicalization notices them.</summary>
internal static class FormRewrites
{
    private static readonly string[] Folds = ["\r\n ", "\r\n\t", "\r\n        ", "\r\n    ", "\r\n  "];
    private static readonly int[] Widths = [78, 76, 72, 998];
    private static readonly string[] SpecialNames = ["MIME-Version", "Mime-Version", "Message-ID", "Message-Id", "DKIM-Signature", "List-ID", "List-Id", "References", "In-Reply-To"];

    /// <summary>The field with other folding and spacing.</summary>
    public static IEnumerable<FieldRewrite> OfFolding(string name, string value)
    {
        foreach (var text in Foldings(value))
        {
            foreach (var start in new[] { " ", string.Empty, "\t" })
            {
                yield return new FieldRewrite(ChangeCode.FieldRefolded, [name], name, start + text, 0);
            }
        }

        yield return new FieldRewrite(ChangeCode.FieldRefolded, [name], name, value + " ", 1);
        yield return new FieldRewrite(ChangeCode.FieldRefolded, [name], name, value.TrimEnd(' ', '\t'), 0);
        yield return new FieldRewrite(ChangeCode.FieldRefolded, [name], name, "\r\n" + value, 1);
        yield return new FieldRewrite(ChangeCode.FieldRefolded, [name], name, value.StartsWith("\r\n", StringComparison.Ordinal) ? value[2..] : "  " + value.TrimStart(), 1);
    }

    /// <summary>The field with its name in another case.</summary>
    public static IEnumerable<FieldRewrite> OfName(string name, string value)
    {
        var title = CultureInfo.InvariantCulture.TextInfo.ToTitleCase(name.ToLowerInvariant());
        foreach (var other in SpecialNames.Where(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Concat([name.ToLowerInvariant(), name.ToUpperInvariant(), title, char.ToUpperInvariant(name[0]) + name[1..].ToLowerInvariant()]).Distinct(StringComparer.Ordinal))
        {
            if (other != name)
            {
                yield return new FieldRewrite(ChangeCode.FieldNameCase, [name], other, value, 0);
            }
        }
    }

    private static IEnumerable<string> Foldings(string value)
    {
        var unfolded = value.Replace("\r\n", string.Empty, StringComparison.Ordinal).Trim(' ', '\t');
        yield return unfolded;
        yield return CanonicalText.RelaxedValue(value);
        if (value.Contains("\r\n", StringComparison.Ordinal))
        {
            // The same breaks with other white space.
            foreach (var fold in Folds)
            {
                yield return string.Join(fold, value.Trim(' ', '\t').Split("\r\n").Select(static line => line.Trim(' ', '\t')));
            }

            yield return value.Trim(' ', '\t').Replace("\r\n\t", " ", StringComparison.Ordinal).Replace("\r\n", string.Empty, StringComparison.Ordinal);
        }

        foreach (var mark in new[] { ", ", "; " })
        {
            if (unfolded.Contains(mark, StringComparison.Ordinal))
            {
                foreach (var fold in Folds)
                {
                    yield return unfolded.Replace(mark, mark[..1] + fold, StringComparison.Ordinal);
                }
            }
        }

        foreach (var width in Widths)
        {
            foreach (var fold in new[] { "\r\n ", "\r\n\t" })
            {
                yield return Folded(unfolded, width, fold);
            }
        }
    }

    private static string Folded(string text, int width, string fold)
    {
        var result = new StringBuilder(text.Length + 16);
        var column = 12;
        foreach (var word in text.Split(' '))
        {
            if (result.Length > 0)
            {
                var isNext = column + word.Length + 1 > width;
                result.Append(isNext ? fold : " ");
                column = isNext ? 1 : column + 1;
            }

            result.Append(word);
            column += word.Length;
        }

        return result.ToString();
    }
}
