namespace EmailAuth.Inspection.Spf;

/// <summary>The words of SPF records, and the word that a mistyped one probably means.</summary>
internal static class SpfWords
{
    private static readonly string[] Mechanisms = ["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"];
    private static readonly string[] Modifiers = ["redirect", "exp"];

    // A short word is similar to too many others.
    private const int LeastToGuess = 5;

    /// <summary>Whether it is a modifier of RFC 6652 section 3, by which a domain asks for reports of failures.</summary>
    public static bool IsReportingModifier(string name) => name.ToLowerInvariant() is "ra" or "rp" or "rr";

    /// <summary>
    /// The term that an unknown modifier probably means, such as "ip4:192.0.2.1" for "ip4=192.0.2.1"; null when no term is similar.
    /// </summary>
    public static string? Meant(string name, string value)
    {
        var lower = name.ToLowerInvariant();
        var modifier = Modifiers.FirstOrDefault(word => lower.Length >= LeastToGuess && NearMiss.Is(word, lower));
        return modifier is not null ? $"{modifier}={value}" : MechanismOf(lower) is { } mechanism ? $"{mechanism}:{value}" : null;
    }

    /// <summary>The mechanism that an unknown word at a position of a record probably means; null when no mechanism is similar.</summary>
    public static string? MechanismMeantAt(string record, int position)
    {
        var isStartOfTerm = position > 0 && position < record.Length && (record[position - 1] == ' ' || (position > 1 && record[position - 1] is '+' or '-' or '~' or '?' && record[position - 2] == ' '));
        if (!isStartOfTerm)
        {
            return null;
        }

        var length = record.AsSpan(position).IndexOfAny(":/= ");
        var word = (length < 0 ? record[position..] : record.Substring(position, length)).ToLowerInvariant();
        return Array.IndexOf(Mechanisms, word) >= 0 ? null : MechanismOf(word);
    }

    private static string? MechanismOf(string word) => word switch
    {
        "ip" or "ipv4" or "ip_4" or "ip-4" => "ip4",
        "ipv6" or "ip_6" or "ip-6" => "ip6",
        _ when Array.IndexOf(Mechanisms, word) >= 0 => word,
        _ => Array.Find(Mechanisms, name => word.Length >= LeastToGuess && NearMiss.Is(name, word)),
    };
}
