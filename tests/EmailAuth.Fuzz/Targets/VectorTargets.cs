using EmailAuth.Fuzz.Support;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What the project's own formats are read from: zones, vectors, lines of a batch.</summary>
internal static class VectorTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("zone", ZoneText, Words.Json, () => Seeds.Zones),
        new("vector", Vector, Words.Json, () => Seeds.Vectors),
        new("batch", Batch, Words.Json, () => Seeds.Batches),
    ];

    private static void ZoneText(ReadOnlySpan<byte> input) => Expect.Parsed(Zone.Parse(input), input.Length);

    private static void Vector(ReadOnlySpan<byte> input)
    {
        var read = TestVector.Parse(input);
        Expect.Parsed(read, input.Length);
        if (read.Value is { } vector)
        {
            var line = vector.ToJsonLine();
            var again = TestVector.Parse(line);
            FindingException.ThrowIf(!again.IsSuccess, $"what was written does not read: {again.Error}: {line}");

            // Members that are not known are kept as they stand, escapes and all; what was written once stays.
            var second = again.Value!.ToJsonLine();
            FindingException.ThrowIf(TestVector.Parse(second).Value?.ToJsonLine() != second, "written again, it differs");
        }
    }

    private static void Batch(ReadOnlySpan<byte> input) => Expect.Parsed(BatchLine.Parse(input), input.Length);
}
