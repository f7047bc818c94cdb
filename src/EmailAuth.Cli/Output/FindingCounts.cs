using System.Globalization;
using System.Text.Json;
using EmailAuth.Inspection;

namespace EmailAuth.Cli.Output;

/// <summary>
/// How many errors and warnings an inspection found. It is the last line of the page, so that the reader misses none above.
/// </summary>
internal sealed record FindingCounts(int Errors, int Warnings)
{
    /// <summary>Whether something could not be looked up, so that there may be more.</summary>
    public bool HasFailedLookup { get; private init; }

    public static FindingCounts Of(IEnumerable<Finding> findings)
    {
        var (errors, warnings, hasFailed) = (0, 0, false);
        foreach (var finding in findings)
        {
            errors += finding.Severity == FindingSeverity.Error ? 1 : 0;
            warnings += finding.Severity == FindingSeverity.Warning ? 1 : 0;
            hasFailed |= finding.IsFailedLookup;
        }

        return new FindingCounts(errors, warnings) { HasFailedLookup = hasFailed };
    }

    /// <summary>The exit code of an inspection. What is not known is not sound.</summary>
    public int ExitCode => Errors > 0 ? Cli.ExitCode.Failure : HasFailedLookup ? Cli.ExitCode.Input : Cli.ExitCode.Success;

    public void WriteTo(IPage page) =>
        page.Line("found", ToString(), Errors > 0 ? Tone.Bad : Warnings > 0 ? Tone.Doubtful : Tone.Good);

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber("errors", Errors);
        json.WriteNumber("warnings", Warnings);
    }

    public override string ToString() => $"{Amount(Errors, "error")}, {Amount(Warnings, "warning")}";

    private static string Amount(int count, string what) =>
        count == 0 ? $"no {what}s" : string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? string.Empty : "s")}");
}
