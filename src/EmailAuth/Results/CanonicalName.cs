using System.Text;

namespace EmailAuth.Results;

/// <summary>The form in which authserv-ids are compared: what readers drop or map is dropped or mapped.</summary>
internal static class CanonicalName
{
    /// <summary>Lower case, ASCII for full-width forms; without trailing dots, quotes, white space and what cannot be seen.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (CharacterOf(c) is { } canonical)
            {
                kept.Append(canonical);
            }
        }

        return kept.ToString().TrimEnd('.');
    }

    /// <summary>The same of one character; null for one that is left out.</summary>
    public static char? CharacterOf(char c) => c switch
    {
        '\\' or '"' or <= ' ' => null,
        < '\u007f' => char.ToLowerInvariant(c),
        <= '\u00a0' => null,
        '\u3002' or '\uff0e' or '\uff61' => '.', // RFC 3490 section 3.1: what IDNA takes as a dot
        >= '\uff01' and <= '\uff5e' => char.ToLowerInvariant((char)(c - '\uff01' + '!')),
        '\u017f' => 's', // letters whose lower case or capital is of ASCII; CompatibilityForms has the others
        '\u212a' => 'k',
        _ when char.IsWhiteSpace(c) || LenientCharacter.IsInvisible(c) => null,
        _ => char.ToLowerInvariant(c),
    };
}
