using System.Collections.Immutable;
using EmailAuth.Dmarc;
using EmailAuth.Fuzz.Support;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Collection;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What is in a journal of reports after any damage: a segment's file, and the bytes of a message.</summary>
internal static class JournalTargets
{
    private const long Number = 7;
    private static readonly string Node = new('a', SegmentFormat.NodeCharacters);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("collected-message", Message, [], () => [Written(1), Written(0), CollectedMessageCodec.WriteRow(Sample(1).Record), CollectedMessageCodec.WritePolicy(Sample(1).Policy, [])]),
        new("journal", Segment, [], () => [File(1), File(3), SegmentFormat.Header(Node, Number)]),
    ];

    private static void Message(ReadOnlySpan<byte> input)
    {
        // There is one form of each value.
        FindingException.ThrowIf(CollectedMessageCodec.Read(input) is { } message && !input.SequenceEqual(CollectedMessageCodec.Write(message)), "a message in a second form");
        FindingException.ThrowIf(CollectedMessageCodec.ReadRow(input) is { } row && !input.SequenceEqual(CollectedMessageCodec.WriteRow(row)), "a row in a second form");
        FindingException.ThrowIf(
            CollectedMessageCodec.ReadPolicy(input) is { } policy && !input.SequenceEqual(CollectedMessageCodec.WritePolicy(policy.Policy, policy.ReportUris)),
            "a policy in a second form");
    }

    private static void Segment(ReadOnlySpan<byte> input)
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

    private static byte[] File(int count)
    {
        var records = new WaitingRecords();
        for (var i = 0; i < count; i++)
        {
            records.Add(Written(i));
        }

        records.Seal(SegmentFormat.Seed(Node, Number));
        var end = new byte[SegmentFormat.RecordHeadBytes];
        SegmentFormat.WriteHead(end, SegmentFormat.Seed(Node, Number));
        return [.. SegmentFormat.Header(Node, Number), .. records.Written, .. end];
    }

    private static byte[] Written(int number) => CollectedMessageCodec.Write(Sample(number));

    private static CollectedMessage Sample(int number) => new()
    {
        ReceivedAt = DateTimeOffset.FromUnixTimeSeconds(1_795_000_000 + number),
        Policy = new PublishedPolicy { Domain = "example.com", Policy = DmarcPolicy.Reject, DkimAlignment = DmarcAlignmentMode.Strict, FailureOptions = "1", IsTesting = number == 0 },
        ReportUris = number == 0 ? ImmutableArray<string>.Empty : ["mailto:d@example.com"],
        IsReport = number == 0,
        Record = new AggregateRecord
        {
            SourceAddress = "192.0.2.1",
            Disposition = AggregateDisposition.None,
            Dkim = AlignedResult.Pass,
            Spf = AlignedResult.Fail,
            HeaderFrom = "example.com",
            EnvelopeFrom = number == 0 ? null : "",
            Reasons = [new PolicyOverrideReason { Type = PolicyOverrideType.LocalPolicy, Comment = "x" }],
            DkimResults = [new ReportedDkim { Domain = "example.com", Selector = "s", Result = "pass" }],
            SpfResult = number == 0 ? null : new ReportedSpf { Domain = "example.com", Scope = "mfrom", Result = "none" },
        },
    };

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
