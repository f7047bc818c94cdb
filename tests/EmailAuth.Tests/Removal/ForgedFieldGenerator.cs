namespace EmailAuth.Tests.Removal;

/// <summary>Values of Authentication-Results fields by which a sender wants some reader to take them for those of mx.example.org.</summary>
internal static class ForgedFieldGenerator
{
    public const string Ours = "mx.example.org";

    private static readonly string[] Pieces =
    [
        Ours, Ours, "MX.Example.Org", "mx", ".example.org", "other.example", "a", "1", "=", "(", "(", ")", ")", "\"", "\"", "\\", ";", ";", " ", "\r\n ", ".",
        "dkim=pass", "; dkim=pass", "(x)", "\"x\"", "a=\"(\"", "reason=\")\"", "\u2003", "\u3000", "\u00a0", "\u2028",
    ];

    /// <summary>What only programs that decode or normalize would take for our name.</summary>
    private static readonly string[] OddPieces =
        ["mx\u3002example\u3002org", "\uff4dx.example.org", "=?utf-8?q?mx=2Eexample=2Eorg?=", "mx.example.org\u200b", "mx.example.org.", "\t", "\r\n\t", "\u0085", "\u1680", "\u180e", "\u2000", "\u200a", "\u2029", "\u202f", "\u205f", "\u00e9", "%6dx.example.org", ",", "<mx.example.org>", "[mx.example.org]", "; spf=pass", ";dmarc=pass header.from=bank.example", "arc=pass", "none"];

    /// <summary>The next value.</summary>
    /// <param name="random">Where from.</param>
    /// <param name="isOdd">Whether names in other forms are used, too.</param>
    public static string Next(Random random, bool isOdd = false)
    {
        var value = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => isOdd && random.Next(6) == 0 ? OddPieces[random.Next(OddPieces.Length)] : Pieces[random.Next(Pieces.Length)]));
        return value + (random.Next(2) == 0 ? "; dkim=pass" : string.Empty);
    }
}
