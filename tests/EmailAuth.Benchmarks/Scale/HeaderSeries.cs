using System.Text;
using EmailAuth.Messages;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>Headers of many fields, of large ones, and of many that someone must look at one by one.</summary>
internal static class HeaderSeries
{
    private const string Body = "\r\nbody\r\n";

    private static readonly int[] ToHundredThousand = [10, 100, 1_000, 3_000, 10_000, 30_000, 100_000];
    private static readonly int[] ToThirtyThousand = [10, 100, 300, 1_000, 3_000, 10_000, 30_000];
    private static readonly int[] ToTenThousand = [1, 10, 100, 300, 1_000, 3_000, 10_000];

    private static readonly string BodyHash = Signer.BodyHash("body\r\n"u8);

    public static IEnumerable<ScaleSeries> All =>
    [
        Lifted("fields", "Header fields, all of other names, beside a signature of five", "header fields", ToHundredThousand, OfNames),
        new()
        {
            Name = "fields-limited", Title = "The same with the default limits: past 10,000 fields nothing more is read", Unit = "header fields",
            Sizes = ToHundredThousand, Prepare = count => new Judge(Signer.Zone()).Of(SignedBeside(OfNames(count)), Judge.IsDecided),
        },
        new()
        {
            Name = "fields-signed", Title = "Header fields of other names, each named in h=", Unit = "header fields", Sizes = ToThirtyThousand,
            Prepare = count => Signed(Enumerable.Range(0, count).Select(i => ($"X-{i}", "1")), string.Join(':', Enumerable.Range(0, count).Select(i => $"x-{i}"))),
        },
        new()
        {
            Name = "fields-one-name", Title = "Header fields of one name, which h= names as often", Unit = "header fields", Sizes = ToHundredThousand,
            Prepare = count => Signed(Enumerable.Range(0, count).Select(i => ("X", $"{i}")), string.Join(':', Enumerable.Repeat("x", count))),
        },
        new()
        {
            Name = "fields-oversigned", Title = "Names in h=, all of one field that is there once", Unit = "names in h=", Sizes = ToHundredThousand,
            Prepare = count => Signed([("X", "1")], string.Join(':', Enumerable.Repeat("x", count))),
        },
        new()
        {
            Name = "fields-session", Title = "Header fields that a session gets one by one", Unit = "header fields", Sizes = ToThirtyThousand,
            Prepare = InSession,
        },
        Lifted("fields-from", "From fields", "From fields", ToTenThousand, count => Each(count, i => $"From: a@d{i}.example\r\n")),
        Lifted(
            "fields-from-hidden", "From lines behind bare CRs within one field", "lines", ToTenThousand,
            count => "X: y" + Each(count, i => $"\rFrom: a@d{i}.example") + "\r\n"),
        Lifted("fields-no-fields", "Lines that are no fields", "lines", ToTenThousand, count => Repeat("no colon here\r\n", count)),
        Lifted("fields-folds", "Folds of one unsigned field", "folds", ToHundredThousand, count => "X: y" + Repeat("\r\n z", count) + "\r\n"),
        new()
        {
            Name = "fields-signed-folds", Title = "Folds of white space in one signed field", Unit = "folds", Sizes = ToHundredThousand,
            Prepare = count => Unsigned("Subject: y" + Repeat("\r\n \t z", count) + "\r\n"),
        },
        Lifted(
            "results", "Authentication-Results fields of others", "fields", ToTenThousand,
            count => Repeat("Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=a@example.net\r\n", count)),
        Lifted(
            "results-forged", "Authentication-Results fields that claim to be ours", "fields", ToTenThousand,
            count => Repeat("Authentication-Results: mx.example.org; spf=pass\r\n", count)),
        Lifted(
            "results-hidden", "Such fields behind bare LFs within one field", "lines", ToTenThousand,
            count => "X: y" + Repeat("\nAuthentication-Results: mx.example.org; spf=pass", count) + "\r\n"),
        Lifted(
            "results-parts", "Parts of one Authentication-Results field that nearly claim to be ours", "parts", ToTenThousand,
            count => $"Authentication-Results: a{Repeat("; mx.example.or", count)}; mx.example.org.example\r\n"),
        Lifted(
            "results-comments", "Nested comments in such a field", "parentheses", ToTenThousand,
            count => $"Authentication-Results: {Repeat("(", count)}{Repeat(")", count)} mx.example.org; none\r\n"),
        Lifted(
            "results-words", "Encoded words in such a field", "words", ToTenThousand,
            count => $"Authentication-Results: {Each(count, i => i % 2 == 0 ? "=?utf-8?q?mx?= " : "=?iso-8859-1?b?bXg=?=\r\n ")}mx.example.org\r\n"),
        Lifted(
            "results-open-words", "Encoded words in such a field that do not end", "words", ToTenThousand,
            count => $"Authentication-Results: {Repeat("=?a?q?x ", count)}mx.example.org\r\n"),
        Lifted(
            "results-idn", "Parts of such a field that are international names", "parts", ToTenThousand,
            count => $"Authentication-Results: {Repeat("\u00c3\u00bc-; ", count)}mx.example.org\r\n"),
        Lifted(
            "results-quotes", "Quoted pairs in such a field", "pairs", ToTenThousand,
            count => $"Authentication-Results: \"{Repeat("\\m", count)}\" mx.example.org; none\r\n"),
        Lifted("indicators", "BIMI-Indicator fields to remove", "fields", ToTenThousand, count => Repeat("BIMI-Indicator: x\r\n", count)),
        Lifted("selectors", "BIMI-Selector fields", "fields", ToTenThousand, count => Repeat("BIMI-Selector: v=BIMI1; s=x\r\n", count)),
    ];

    private static ScaleSeries Lifted(string name, string title, string unit, int[] sizes, Func<int, string> pile) => new()
    {
        Name = name,
        Title = title,
        Unit = unit,
        Sizes = sizes,
        Prepare = count => new Judge(Signer.Zone(), Judge.Lifted).Of(SignedBeside(pile(count)), Judge.IsDecided),
    };

    private static string OfNames(int count) => Each(count, i => $"X-{i}: 1\r\n");

    private static string SignedBeside(string pile) =>
        pile + Signer.Sign(Signer.Ordinary, Signer.OrdinaryNames, BodyHash) + Signer.Text(Signer.Ordinary) + Body;

    private static Work Signed(IEnumerable<(string Name, string Value)> pile, string names)
    {
        (string, string)[] fields = [.. Signer.Ordinary, .. pile];
        var message = Signer.Sign(fields, $"{Signer.OrdinaryNames}:{names}", BodyHash) + Signer.Text(fields) + Body;
        return new Judge(Signer.Zone(), Judge.Lifted).Of(message, Judge.Passes);
    }

    // The field is part of what the signature covers, which is canonicalized whether it holds in the end or not.
    private static Work Unsigned(string subject)
    {
        var others = Signer.Ordinary.Where(field => field.Name != "Subject").ToList();
        var message = Signer.Sign(others, Signer.OrdinaryNames, BodyHash) + Signer.Text(others) + subject + Body;
        return new Judge(Signer.Zone(), Judge.Lifted).Of(message, outcome => outcome.Dkim!.Signatures[0].HeaderCheck == Dkim.DkimCheck.Differs);
    }

    private static Work InSession(int count)
    {
        var judge = new Judge(Signer.Zone(), Judge.Lifted);
        var header = HeaderBlock.Parse(Encoding.ASCII.GetBytes(SignedBeside(OfNames(count))), Judge.Unlimited);
        return async cancellationToken =>
        {
            await using var session = judge.BeginBody(header);
            session.AppendBody("body\r\n"u8);
            return Judge.Passes(await session.CompleteAsync(cancellationToken))
                ? 0
                : throw new InvalidOperationException("A message fed to a session does not pass.");
        };
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    private static string Each(int count, Func<int, string> text) => string.Concat(Enumerable.Range(0, count).Select(text));
}
