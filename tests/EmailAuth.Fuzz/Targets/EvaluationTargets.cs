namespace EmailAuth.Fuzz.Targets;

/// <summary>Methods that ask and decide, each over a zone of an input's choosing.</summary>
internal static class EvaluationTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("spf-evaluate", SpfTarget.Run, Words.Zone, () => SeedVectors.Spf),
        new("dmarc-evaluate", DmarcTarget.Run, Words.Zone, () => SeedVectors.Dmarc),
    ];
}
