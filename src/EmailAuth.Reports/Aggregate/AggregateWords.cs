namespace EmailAuth.Reports.Aggregate;

/// <summary>Reads the words of reports, also with capital letters, and keeps one text for equal words.</summary>
internal sealed class AggregateWords(AggregateFindings findings)
{
    private const int LongestWord = 32;

    // All words of the schemas.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Words = new HashSet<string>(StringComparer.Ordinal)
    {
        "none", "pass", "fail", "quarantine", "reject", "softfail", "policy", "neutral", "temperror", "permerror", "r", "s", "y", "n", "psl", "treewalk",
        "local_policy", "mailing_list", "trusted_forwarder", "policy_test_mode", "other", "forwarded", "sampled_out", "mfrom", "helo",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The word, in lower case. It has a finding when it is not one that the element has.</summary>
    public string Read(AggregateElementRule rule, ReadOnlySpan<char> value, int line, Func<string, bool> isKnown)
    {
        if (Words.TryGetValue(value, out var word) && isKnown(word))
        {
            return word;
        }

        Span<char> lower = stackalloc char[LongestWord];
        if (value.Length <= LongestWord && value.ToLowerInvariant(lower) is var length && Words.TryGetValue(lower[..length], out word) && isKnown(word))
        {
            findings.Add(AggregateFindingCode.LetterCase, rule.Path, line);
            return word;
        }

        // An element that is required and empty has a finding already.
        if (!value.IsEmpty || rule.MayBeEmpty)
        {
            findings.Add(AggregateFindingCode.InvalidValue, rule.Path, line, value.ToString());
        }

        return value.ToString();
    }
}
