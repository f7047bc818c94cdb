using System.Globalization;
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
        return $"{HostOf(report)} says that {string.Join(" and ", account.Diagnosis.FailsSince)} passed{time}; here it fails, so if that is true the change is later";
    }

    /// <summary>The host, or that the field has none.</summary>
    public static string HostOf(EarlierReport report) => report.Host ?? "a host without a name";

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
