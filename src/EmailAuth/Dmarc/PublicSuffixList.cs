using System.Collections.Frozen;
using System.Globalization;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>A Public Suffix List, by which receivers found organizational domains before the tree walk (RFC 7489 section 3.2).</summary>
/// <remarks>The list is the caller's, such as Debian's <c>/usr/share/publicsuffix/public_suffix_list.dat</c>. Thread-safe.</remarks>
public sealed class PublicSuffixList
{
    private readonly FrozenDictionary<string, Rules>.AlternateLookup<ReadOnlySpan<char>> _rules;

    private PublicSuffixList(Dictionary<string, Rules> rules)
    {
        _rules = rules.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    [Flags]
    private enum Rules
    {
        None = 0,
        Suffix = 1,
        Wildcard = 2,
        Exception = 4,
    }

    /// <summary>Reads a list in the format of publicsuffix.org: a rule on each line, blank lines, and comments that begin with <c>//</c>.</summary>
    /// <param name="reader">The list.</param>
    /// <exception cref="InvalidDataException">A line is something else, or there is no rule. Without its rules, all domains below a suffix of two labels would align.</exception>
    public static PublicSuffixList Load(TextReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var rules = new Dictionary<string, Rules>(StringComparer.Ordinal);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            // A rule goes up to the first white space.
            var text = line.AsSpan().TrimStart();
            var end = text.IndexOfAny(" \t");
            text = end < 0 ? text : text[..end];
            if (text is "" or "*" || text.StartsWith("//"))
            {
                // A name that no rule matches has a suffix of one label: a rule "*" says nothing more.
                continue;
            }

            var kind = text.StartsWith('!') ? Rules.Exception : text.StartsWith("*.") ? Rules.Wildcard : Rules.Suffix;
            text = text[(kind == Rules.Suffix ? 0 : kind == Rules.Exception ? 1 : 2)..];
            var name = DomainName.Parse(text);
            if (!name.IsSuccess)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"line {number} is not a rule: {name.Error.Reason}"));
            }

            rules[name.Value.ToString()] = rules.GetValueOrDefault(name.Value.ToString()) | kind;
        }

        return rules.Count > 0 ? new PublicSuffixList(rules) : throw new InvalidDataException("it holds no rule");
    }

    /// <summary>The organizational domain: the longest public suffix and one label more; for a name that is a suffix, the name itself.</summary>
    /// <param name="domain">The domain.</param>
    internal DomainName OrganizationalDomain(DomainName domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return domain.TakeLast(Math.Min(SuffixLabels(domain.ToString(), domain.LabelCount) + 1, domain.LabelCount));
    }

    // From the longest candidate down: an exception beats everything (and is not a suffix itself), then the longest rule wins; a name
    // that no rule matches has a suffix of one label.
    private int SuffixLabels(ReadOnlySpan<char> text, int labels)
    {
        var longest = 1;
        for (var count = labels; count > 0; count--)
        {
            var rules = _rules.TryGetValue(text, out var found) ? found : Rules.None;
            if ((rules & Rules.Exception) != Rules.None)
            {
                return count - 1;
            }

            if ((rules & Rules.Wildcard) != Rules.None && count < labels)
            {
                longest = Math.Max(longest, count + 1);
            }

            if ((rules & Rules.Suffix) != Rules.None)
            {
                longest = Math.Max(longest, count);
            }

            text = text[(text.IndexOf('.') + 1)..];
        }

        return longest;
    }
}
