namespace EmailAuth.Benchmarks.Scale;

/// <summary>One From field that is hard to read, up to the 16 KB that are read of it; past them it is refused at once.</summary>
internal static class AuthorSeries
{
    private static readonly int[] Sizes = [16, 64, 256, 1_024, 2_048, 4_096];

    public static IEnumerable<ScaleSeries> All =>
    [
        Of(
            "from-addresses", "Addresses in From, all of one domain", "addresses", [16, 64, 256, 512, 1_024],
            count => Repeat("a@example.com,", count)),
        Of(
            "from-domains", "Addresses in From, each of another domain", "addresses", [16, 64, 256, 512, 1_024],
            count => string.Concat(Enumerable.Range(0, count).Select(i => $"a@{i}.example,"))),
        Of("from-comments", "Comments in From", "comments", Sizes, count => Repeat("(a)", count) + " a@example.com"),
        Of("from-nesting", "Nested comments in From", "parentheses", Sizes, count => Repeat("(", count) + Repeat(")", count) + " a@example.com"),
        Of("from-unended", "Nested comments in From that do not end", "parentheses", Sizes, count => "a@example.com " + Repeat("(", count)),
        Of("from-words", "Words of a display name", "words", Sizes, count => Repeat("a ", count) + "<a@example.com>"),
        Of("from-quotes", "Quoted words of a display name", "words", Sizes, count => Repeat("\"\"", count) + "<a@example.com>"),
        Of(
            "from-encoded", "Encoded words of a display name", "words", [16, 64, 256, 512, 1_024],
            count => Repeat("=?utf-8?q?a?= ", count) + "(x) <a@example.com>"),
        Of(
            "from-open-words", "Encoded words of a display name that do not end", "words", [16, 64, 256, 1_024, 2_000],
            count => Repeat("=?a?q?x ", count) + "(x) <a@example.com>"),
        Of("from-groups", "Empty groups", "groups", Sizes, count => Repeat("a:;,", count) + "a@example.com"),
        Of(
            "from-routes", "Domains of a route", "domains", [16, 64, 256, 512, 1_024],
            count => "<" + Repeat("@a.example,", count) + ":a@example.com>"),
        Of(
            "from-pieces", "Words of a local part with comments in between", "words", [16, 64, 256, 1_024, 2_048],
            count => Repeat("a().", count) + "a@example.com"),
        Of("from-commas", "Commas", "commas", Sizes, count => Repeat(",", count) + "a@example.com"),
        Of("from-folds", "Folds", "folds", Sizes, count => "a@example.com" + Repeat("\r\n ", count) + "(x)"),
        Of(
            "from-beyond", "A From field past the limit of 16 KB", "commas", [20_000, 80_000, 320_000, 640_000],
            count => Repeat(",", count) + "a@example.com"),
    ];

    private static ScaleSeries Of(string name, string title, string unit, int[] sizes, Func<int, string> from) => new()
    {
        Name = name,
        Title = title,
        Unit = unit,
        Sizes = sizes,
        Prepare = count => new Judge(Signer.Zone()).Of($"Subject: x\r\nFrom: {from(count)}\r\n\r\nbody\r\n", Judge.IsDecided),
    };

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
