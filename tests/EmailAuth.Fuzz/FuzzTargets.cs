using EmailAuth.Fuzz.Targets;

namespace EmailAuth.Fuzz;

/// <summary>Every parser of what strangers send and every path it takes, by subject.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        .. NameTargets.All,
        .. DnsTargets.All,
        .. RecordTargets.All,
        .. BimiTargets.All,
        .. ResultsTargets.All,
        .. VectorTargets.All,
        .. MessageTargets.All,
        .. EvaluationTargets.All,
        .. DeliveryTargets.All,
        .. CommandTargets.All,
        .. JournalTargets.All,
        .. ReportTargets.All,
        .. RedactionTargets.All,
    ];

    public static FuzzTarget Named(string name) =>
        All.FirstOrDefault(target => target.Name == name) ?? throw new ArgumentException($"No such target: {name}", nameof(name));
}
