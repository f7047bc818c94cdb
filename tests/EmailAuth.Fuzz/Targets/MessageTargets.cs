namespace EmailAuth.Fuzz.Targets;

/// <summary>Signed messages.</summary>
internal static class MessageTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("dkim-signed", DkimSignedTarget.Run, Words.Fields, () => SeedVectors.ToSign),
        new("arc-chain", ArcTargets.Chain, Words.All, () => SeedVectors.Chains),
        new("arc-sealed", ArcTargets.Sealed, Words.All, () => SeedVectors.ToSeal),
    ];
}
