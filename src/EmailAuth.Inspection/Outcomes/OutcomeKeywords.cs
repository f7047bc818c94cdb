using System.Text;

namespace EmailAuth.Inspection.Outcomes;

/// <summary>The keywords of causes and advice in outputs.</summary>
public static class OutcomeKeywords
{
    /// <summary>A cause as programs in other languages read it: its name in lower case with underscores, such as <c>body_changed</c>.</summary>
    /// <param name="code">The code.</param>
    public static string Keyword(this CauseCode code) => Keyword(code.ToString());

    /// <summary>An advice in the same form, such as <c>trust_sealers</c>.</summary>
    /// <param name="code">The code.</param>
    public static string Keyword(this AdviceCode code) => Keyword(code.ToString());

    private static string Keyword(string name)
    {
        var keyword = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (keyword.Length > 0 && char.IsAsciiLetterUpper(c))
            {
                keyword.Append('_');
            }

            keyword.Append(char.ToLowerInvariant(c));
        }

        return keyword.ToString();
    }
}
