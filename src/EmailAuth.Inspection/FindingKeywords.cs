using System.Diagnostics;
using System.Text;

namespace EmailAuth.Inspection;

/// <summary>The keywords of codes and severities in outputs.</summary>
public static class FindingKeywords
{
    /// <summary>A severity in one word: <c>note</c>, <c>warning</c> or <c>error</c>.</summary>
    /// <param name="severity">The severity.</param>
    public static string Keyword(this FindingSeverity severity) => severity switch
    {
        FindingSeverity.Note => "note",
        FindingSeverity.Warning => "warning",
        FindingSeverity.Error => "error",
        _ => throw new UnreachableException(),
    };

    /// <summary>A code as programs in other languages read it: its name in lower case with hyphens, such as <c>spf-several-records</c>.</summary>
    /// <param name="code">The code.</param>
    public static string Keyword(this FindingCode code) => Hyphenated(code.ToString());

    /// <summary>The name of a code in lower case with hyphens.</summary>
    internal static string Hyphenated(string name)
    {
        var keyword = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]) && !char.IsAsciiLetterUpper(name[i - 1]))
            {
                keyword.Append('-');
            }

            keyword.Append(char.ToLowerInvariant(name[i]));
        }

        return keyword.ToString();
    }
}
