using System.Globalization;
using System.Net;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Dmarc;
using EmailAuth.Policy;
using EmailAuth.Signatures;
using EmailAuth.Spf;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>Messages that are made to cost much, to confuse, or to break what reads them.</summary>
internal static class HostileMail
{
    private const string Signature =
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=mail; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=YWJj\r\n";

    private const string End = "From: a@example.com\r\n\r\nbody\r\n";

    // 127 labels are the most that a name can have (RFC 1035 section 2.3.4).
    private static readonly string ManyLabels = string.Concat(Enumerable.Repeat("a.", 123)) + "example";

    /// <summary>The messages; each is made once.</summary>
    public static IReadOnlyList<SoakMail> All { get; } =
    [
        Of("1,000 signatures", Repeat(Signature, 1000) + End) with
        {
            Fault = outcome => outcome.Dkim!.Signatures.Count(s => s.Code == SignatureResultCode.Policy) == 990 ? null : "not the first ten signatures alone were checked",
        },
        Of("10,000 fields", Repeat("X-A: 1\r\n", 9_990) + Signature + End) with { Fault = DkimFails },
        Of("one line of 10 MB", Signature + "From: a@example.com\r\n\r\n" + new string('x', 10_000_000)) with { Fault = DkimFails },
        Of("1 MB of white space", Signature + "From: a@example.com\r\n\r\n" + Repeat(" \t\r\n", 250_000)) with { Fault = DkimFails },
        Of("1 MB of tabs", Signature + "From: a@example.com\r\n\r\n" + Repeat("x\ty  ", 200_000)) with { Fault = DkimFails },
        Of("a field of 2 MB", "X: " + new string('x', 2_000_000) + "\r\n" + Signature + End) with { Fault = IsRejected },
        Of("too many fields", Repeat("X-A: 1\r\n", 10_100) + End) with { Fault = IsRejected },
        Of("too long a header", Repeat("X-A: 1234567890\r\n", 70_000) + End) with { Fault = IsRejected },
        Of("2,000 From fields", Each(2_000, i => $"From: a@d{i}.example\r\n") + "\r\n") with { Fault = HasNoAuthor },
        Of("From fields behind bare CR", "Subject: x" + Repeat("\rFrom: a@b.example", 2_000) + "\r\n" + End),
        Of("From fields behind bare LF", "Subject: x" + Repeat("\nFrom: a@b.example", 2_000) + "\r\n" + End),
        Of("51 ARC sets", Each(51, i => ArcSet(51 - i)) + End) with { Fault = ArcFails },
        Of("50 ARC sets with holes", Each(50, i => ArcSet((i * 7 % 50) + 1)) + ArcSet(3) + End) with { Fault = ArcFails },
        Of("forged results", Each(500, i => FieldToRemove(i)) + End) with
        {
            Fault = outcome => outcome.FieldsToRemove.Length == 500 ? null : $"{outcome.FieldsToRemove.Length} of 500 forged fields were found",
        },
        Of("huge l=", Each(5, i => Tagged($"l={new string('9', 1 + (19 * i))}")) + End) with { Fault = DkimFails },
        Of("many l=", Each(10, i => Tagged($"l={i}")) + End) with { Fault = DkimFails },
        Of("names in h=", Signature.Replace("h=from", "h=from" + Repeat(":x-a", 9_000), StringComparison.Ordinal) + End) with { Fault = DkimFails },
        Of("unknown tags", Tagged(string.Concat(Enumerable.Range(0, 9_000).Select(i => $"x{i}=1;"))) + End) with { Fault = DkimFails },
        Of("127 labels", Signature.Replace("d=example.com", "d=" + ManyLabels, StringComparison.Ordinal) + $"From: a@{ManyLabels}\r\n\r\nx\r\n", ManyLabels, $"a@{ManyLabels}"),
        Of("labels too long", $"From: a@{new string('a', 64)}.example\r\n\r\nx\r\n", new string('a', 300), $"a@{new string('a', 300)}.example") with { Fault = HasNoAuthor },
        Of("NULs", Repeat("\0", 5_000) + "\r\n" + Signature.Replace("d=", "\0d=", StringComparison.Ordinal) + "From: a\0@example.com\r\n\r\n\0\0\0", "a\0b", "a\0@example.com"),
        Of("bare CR and LF", "Subject: x" + Repeat("\r\n\r y\n", 5_000) + Signature + "From: a@example.com\r\n\r\n" + Repeat("\r\n\n\r\r\r\n \r", 20_000)),
        Of("folds", Signature + "Subject: x" + Repeat("\r\n y", 50_000) + "\r\n" + End),
        Of("comments in From", "From: " + Repeat("(", 4_000) + "a@example.com\r\n\r\n"),
        Of("addresses in From", "From: " + Repeat("a@example.com,", 5_000) + "a@example.org\r\n\r\n"),
        Of("BIMI-Selector fields", Repeat("BIMI-Selector: v=BIMI1; s=x\r\n", 2_500) + End),
        Of("nothing", string.Empty) with { Fault = HasNoAuthor },
        Of("no header", "\r\nbody") with { Fault = HasNoAuthor },
        Of("an SPF loop", End, "loop.example", "a@loop.example") with { Fault = SpfIsPermError },
        Of("an SPF ring", End, "ring2.example", "a@ring1.example") with { Fault = SpfIsPermError },
        Of("SPF too deep", End, "deep0.example", "a@deep0.example") with { Fault = SpfIsPermError },
        Of("SPF voids", End, "voids.example", "a@voids.example") with { Fault = SpfIsPermError },
        Of("SPF macros", End, "macros.example", $"{Repeat("a-", 30)}b@macros.example"),
        Of("SPF hosts", End, "hosts.example", "a@hosts.example"),
        Of("an alias of itself", End, "alias.example", "a@alias.example"),
        Of("a reverse-path without end", End, "[", "<@a,@b:\"" + new string('x', 5_000)),
    ];

    private static SoakMail Of(string name, string message, string helo = "mail.example.com", string mailFrom = "a@example.com") =>
        new(name, new SmtpEnvelope(IPAddress.Parse("192.0.2.77"), helo, mailFrom), Encoding.Latin1.GetBytes(message));

    private static string Tagged(string tags) => Signature.Replace("h=from;", $"h=from; {tags.TrimEnd(';')};", StringComparison.Ordinal);

    private static string ArcSet(int i) => string.Create(
        CultureInfo.InvariantCulture,
        $"ARC-Seal: i={i}; a=rsa-sha256; cv={(i == 1 ? "none" : "pass")}; d=example.com; s=mail; b=YWJj\r\n"
        + $"ARC-Message-Signature: i={i}; a=rsa-sha256; d=example.com; s=mail; h=from:x; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=YWJj\r\n"
        + $"ARC-Authentication-Results: i={i}; x.example; none\r\n");

    private static string FieldToRemove(int i) => (i % 5) switch
    {
        0 => "Authentication-Results: mx.example.org; spf=pass\r\n",
        1 => "Authentication-Results: (x(y)) MX.Example.Org. 1; dkim=pass\r\n",
        2 => "Subject: x\nAuthentication-Results : \"mx.example.org\"; spf=pass\r\n",
        3 => "Authentication-Results: (((( mx.example.org; spf=pass\r\n",
        _ => "authentication-results: =?utf-8?q?mx.example.org?=; spf=pass\r\n",
    };

    private static string? DkimFails(AuthenticationOutcome outcome) =>
        outcome.Dkim!.Signatures.Length > 0 && outcome.Dkim.Signatures.All(s => s.Code is not SignatureResultCode.Pass) ? null : "a forged signature passes";

    private static string? ArcFails(AuthenticationOutcome outcome) => outcome.Arc!.Code == ArcResultCode.Fail ? null : $"ARC is {outcome.Arc.Code}";

    private static string? SpfIsPermError(AuthenticationOutcome outcome) => outcome.Spf!.Code == SpfResultCode.PermError ? null : $"SPF is {outcome.Spf.Code}";

    private static string? HasNoAuthor(AuthenticationOutcome outcome) =>
        outcome.Author.Domain is null && outcome.Dmarc!.Code == DmarcResultCode.PermError ? null : $"DMARC is {outcome.Dmarc!.Code}";

    private static string? IsRejected(AuthenticationOutcome outcome) =>
        outcome.Disposition.Action == DispositionAction.Reject ? null : $"the disposition is {outcome.Disposition.Action}";

    // Without the pooled buffers that joining strings takes: they would be seen in the heap for a while.
    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    private static string Each(int count, Func<int, string> text) => string.Concat(Enumerable.Range(0, count).Select(text));
}
