using EmailAuth.Fuzz.Support;
using EmailAuth.Reports.Collection;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What is in a journal of reports after any damage: a segment's file, and the bytes of a message.</summary>
internal static class JournalTargets
{
    private const long Number = 7;
    private static readonly string Node = new('a', SegmentFormat.NodeCharacters);

    public static void Message(ReadOnlySpan<byte> input)
    {
        // There is one form of each value.
        FindingException.ThrowIf(CollectedMessageCodec.Read(input) is { } message && !input.SequenceEqual(CollectedMessageCodec.Write(message)), "a message in a second form");
        FindingException.ThrowIf(CollectedMessageCodec.ReadRow(input) is { } row && !input.SequenceEqual(CollectedMessageCodec.WriteRow(row)), "a row in a second form");
        FindingException.ThrowIf(
            CollectedMessageCodec.ReadPolicy(input) is { } policy && !input.SequenceEqual(CollectedMessageCodec.WritePolicy(policy.Policy, policy.ReportUris)),
            "a policy in a second form");
    }

    public static void Segment(ReadOnlySpan<byte> input)
    {
        var file = new Input(input.ToArray());
        var seed = SegmentFormat.Seed(Node, Number);
        var (finished, growing) = (Read(file, seed, isFinished: true), Read(file, seed, isFinished: false));
        FindingException.ThrowIf(growing.Damaged != 0, "damage skipped while the file is written");
        FindingException.ThrowIf(growing.Records > finished.Records, "fewer records when it is finished");
        FindingException.ThrowIf(finished.Damaged > input.Length, "more damage than there is");
    }

    private static (int Records, long Damaged) Read(Input file, uint seed, bool isFinished)
    {
        var window = new SegmentWindow(file, SegmentFormat.HeaderBytes, seed, isFinished);
        var (records, position) = (0, (long)SegmentFormat.HeaderBytes);
        while (window.MoveNext())
        {
            FindingException.ThrowIf(window.Position <= position || window.Content.IsEmpty, "a record that is nothing");
            (records, position) = (records + 1, window.Position);
            CollectedMessageCodec.Read(window.Content);
        }

        return (records, window.DamagedBytes);
    }

    /// <summary>A file in memory.</summary>
    private sealed class Input(byte[] bytes) : ISegmentInput
    {
        public long Length => bytes.Length;

        public int Read(Span<byte> span, long offset)
        {
            var read = (int)Math.Clamp(bytes.Length - offset, 0, span.Length);
            bytes.AsSpan((int)Math.Min(offset, bytes.Length), read).CopyTo(span);
            return read;
        }
    }
}
