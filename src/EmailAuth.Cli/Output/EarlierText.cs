using System.Globalization;
using EmailAuth.Arc;
using EmailAuth.Inspection.Outcomes;
using EmailAuth.Results;

namespace EmailAuth.Cli.Output;

/// <summary>What earlier hosts recorded, in words. These are their words, and anyone could have written the fields.</summary>
internal static class EarlierText
{
    /// <summary>What passed at an earlier host and fails here.</summary>
    public static string OfPass(EarlierReport report, MessageAccount account)
    {
        var time = TimeOf(report, account) is { } at ? string.Create(CultureInfo.InvariantCulture, $" at {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : string.Empty;
        return $"{HostOf(report)} says that {string.Join(" and ", account.Diagnosis.FailsSince)} passed there{time}: what changed lies between there and here";
    }

    /// <summary>The host, or that the field has none.</summary>
    public static string HostOf(EarlierReport report) => report.Host ?? "an unnamed host";

    /// <summary>
    /// A row for each report, the oldest first: the host, where it is recorded, the results. A host that records the same in both kinds of field
    /// has one row.
    /// </summary>
    public static IEnumerable<Piece[]> Rows(MessageAccount account) => account.Diagnosis.Earlier.Reverse()
        .GroupBy(static report => (HostOf(report), Results(report)))
        .Select(group => new[]
        {
            new Piece(group.Key.Item1),
            new Piece(string.Join(", ", group.Select(report => Seal(report, account.Outcome.Arc)).Where(static text => text.Length > 0))),
            new Piece(group.Key.Item2),
        });

    // A seal that was verified proves whose word it is, not that the word is true.
    private static string Seal(EarlierReport report, ArcResult? arc) => report.Instance is not { } instance
        ? string.Empty
        : arc?.Sets.FirstOrDefault(set => set.Instance == instance) is { IsSealVerified: true } set && arc.Code == ArcResultCode.Pass
            ? $"sealed by {set.Seal.Domain}"
            : "seal not verified";

    /// <summary>Each method with its result and the domain that it is about.</summary>
    public static string Results(EarlierReport report) => Results(report.Results);

    /// <summary>The results of this run in the same form.</summary>
    public static string Here(AuthenticationOutcome outcome) =>
        Results(outcome.Results.Where(static result => result.Method is "spf" or "dkim" or "dmarc" or "arc"));

    private static string Results(IEnumerable<MethodResult> results) => string.Join(", ", results.Select(static result =>
    {
        var about = result.Properties.FirstOrDefault(static property => (property.Type, property.Name) is ("header", "d") or ("header", "from") or ("smtp", "mailfrom"));
        return about is null ? $"{result.Method}={result.Result}" : $"{result.Method}={result.Result} ({about.Value})";
    }));

    // The hop by the same host, the one directly below the field when there are several.
    private static DateTimeOffset? TimeOf(EarlierReport report, MessageAccount account) => account.Hops
        .Where(hop => hop.Received.Date is not null && string.Equals(hop.Received.ByHost, report.Host, StringComparison.OrdinalIgnoreCase))
        .OrderBy(hop => hop.FieldIndex > report.FieldIndex ? 0 : 1)
        .FirstOrDefault()?.Received.Date;
}
