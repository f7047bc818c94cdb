namespace EmailAuth.Fuzz.Targets;

/// <summary>Whole deliveries: as a message at hand, as events of a session, as packets of an MTA.</summary>
internal static class DeliveryTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("pipeline", PipelineTarget.Run, Words.All, () => Seeds.Deliveries),
        new("session", SessionTarget.Run, Words.All, () => SeedVectors.Sessions),
        new("milter", MilterTarget.Run, Words.All, () => MilterSeeds.All),
    ];
}
