using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>What a sender writes to standard error: a line for each delivery, as <c>name=value</c> pairs.</summary>
internal static class SendLines
{
    private static readonly DeliveryState[] States =
        [DeliveryState.Sent, DeliveryState.Open, DeliveryState.Refused, DeliveryState.Suppressed, DeliveryState.GivenUp];

    public static void Write(DeliveryEvent told)
    {
        var report = told.Report;
        var about = told.Failure is { IsComplaint: true } complaint ? $"complaint id={complaint.Id}"
            : told.Failure is { } failure ? string.Create(CultureInfo.InvariantCulture, $"domain={failure.PolicyDomain} failures={failure.Incidents} id={failure.Id}")
            : report is null ? "report=gone" : $"domain={report.Policy.Domain} period={ReportJson.Time(report.Period.Begin)} id={report.Id}";
        var line = told.Delivery.IsPlan
            ? $"report {about} outcome={(told.End.State == DeliveryState.Sent ? "planned" : DeliveryTotals.Word(told.End.State))} text={Quoted(told.End.Reply)}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"delivery {about} to={told.Delivery.Address} part={told.Delivery.Part}/{told.Delivery.Parts} attempt={told.Delivery.Attempts} outcome={DeliveryTotals.Word(told.End.State)}{(told.End.State == DeliveryState.Open ? $" again={ReportJson.Time(told.End.DueAt)}" : null)}{(told.Delivery.LostLease is null ? null : " copy=possible")} reply={Quoted(told.End.Reply)}");
        Console.Error.WriteLine($"emailauth: {VisibleText.Of(line)}");
    }

    public static void WriteSum(DeliveryTotals totals) => Console.Error.WriteLine(
        $"emailauth: {string.Join(", ", States.Select(state => string.Create(CultureInfo.InvariantCulture, $"{totals[state]} {Word(state)}")))}");

    public static string Word(DeliveryState state) => DeliveryTotals.Word(state).Replace('_', ' ');

    private static string Quoted(string text) => $"\"{text.Replace('"', '\'')}\"";
}
