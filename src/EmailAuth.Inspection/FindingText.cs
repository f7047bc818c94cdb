using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace EmailAuth.Inspection;

/// <summary>Makes the text of a finding from its template: <c>{0}</c> is an argument, <c>{c1}</c> an argument that is a character,
/// written by its name,
/// <c>{aliases}</c> all arguments after the first as a chain of aliases, <c>§</c> the section.</summary>
internal static class FindingText
{
    public static string Of(string template, string? section, ImmutableArray<string> arguments)
    {
        var text = new StringBuilder(template.Length + 40);
        var rest = template.AsSpan();
        while (rest.IndexOfAny('{', '§') is var mark and >= 0)
        {
            text.Append(rest[..mark]);
            if (rest[mark] == '§')
            {
                text.Append(section);
                rest = rest[(mark + 1)..];
                continue;
            }

            var end = rest[mark..].IndexOf('}');
            text.Append(Filled(rest.Slice(mark + 1, end - 1), arguments));
            rest = rest[(mark + end + 1)..];
        }

        return text.Append(rest).ToString();
    }

    /// <summary>The name of a character, for a sentence about where it must not be.</summary>
    public static string Describe(string character) => character switch
    {
        "\"" => "a quotation mark",
        "'" => "an apostrophe",
        "\\" => "a backslash",
        "\u00A0" => "a no-break space (U+00A0)",
        "\u201C" or "\u201D" or "\u201E" or "\u2018" or "\u2019" => Invariant($"a typographic quotation mark (U+{(int)character[0]:X4})"),
        [> ' ' and <= '~'] => $"the character \"{character}\"",
        [var other, ..] => Invariant($"the character U+{(int)other:X4}"),
        _ => "nothing",
    };

    // A caller can create a finding without the arguments of its code. Its text then has gaps.
    private static string Filled(ReadOnlySpan<char> place, ImmutableArray<string> arguments)
    {
        if (place is "aliases")
        {
            return string.Join(", which is an alias of ", arguments.Skip(1));
        }

        var isCharacter = place[0] == 'c';
        var index = place[^1] - '0';
        var argument = index < arguments.Length ? arguments[index] : string.Empty;
        return isCharacter ? Describe(argument) : argument;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
