using System.Globalization;
using System.Xml;

namespace EmailAuth.Reports.Aggregate;

/// <summary>The names of a document, which an XML parser keeps for good: a bound on their characters, as a stranger can invent a name for each element.</summary>
internal sealed class BoundedNames(AggregateFindings findings) : NameTable
{
    // A report has 60 names; extensions have theirs.
    private const int MaxCharacters = 256 * 1024;

    private int _characters;

    public override string Add(string key)
    {
        Count(key.Length, Get(key));
        return base.Add(key);
    }

    public override string Add(char[] key, int start, int len)
    {
        Count(len, Get(key, start, len));
        return base.Add(key, start, len);
    }

    private void Count(int length, string? known)
    {
        if (known is null && (_characters += length) > MaxCharacters)
        {
            findings.Add(AggregateFindingCode.TooManyNames, argument: MaxCharacters.ToString(CultureInfo.InvariantCulture));
            throw new XmlException("There are too many names.");
        }
    }
}
