using System.Collections.Immutable;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports.Collection;

/// <summary>
/// The bytes of a collected message, of its row and of its policy. Equal values have equal bytes, so a store can group by them. Thread-safe.
/// </summary>
/// <remarks>
/// Each form begins with its version. Reading takes bytes of any origin: it answers null for those that no writer of a known version gives, and
/// does not throw.
/// </remarks>
public static class CollectedMessageCodec
{
    private const byte Version = 1;

    // With a third block, the failures. A journal that has none can be read by a program that does not know them.
    private const byte VersionWithFailures = 2;
    private const byte ReportFlag = 1;

    [ThreadStatic]
    private static CompactWriter? _writer;

    [ThreadStatic]
    private static CompactWriter? _parts;

    /// <summary>The bytes of a row, without its count.</summary>
    /// <param name="record">The row.</param>
    public static byte[] WriteRow(AggregateRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var writer = Cleared(ref _writer);
        RowCodec.Write(writer, record);
        return writer.Written.ToArray();
    }

    /// <summary>Reads a row; its count is 1.</summary>
    /// <param name="bytes">The bytes that <see cref="WriteRow"/> gave.</param>
    /// <returns>The row, or null if the bytes are damaged or of another version.</returns>
    public static AggregateRecord? ReadRow(ReadOnlySpan<byte> bytes) => RowCodec.Read(bytes);

    /// <summary>The bytes of a policy and who wants reports about it.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="reportUris">The addresses of <c>rua</c>.</param>
    public static byte[] WritePolicy(PublishedPolicy policy, ImmutableArray<string> reportUris)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var writer = Cleared(ref _writer);
        PolicyCodec.Write(writer, policy, reportUris);
        return writer.Written.ToArray();
    }

    /// <summary>Reads a policy and who wants reports about it.</summary>
    /// <param name="bytes">The bytes that <see cref="WritePolicy"/> gave.</param>
    /// <returns>The policy, or null if the bytes are damaged or of another version.</returns>
    public static CollectedPolicy? ReadPolicy(ReadOnlySpan<byte> bytes) => PolicyCodec.Read(bytes);

    /// <summary>The bytes of a message. Its time is kept in milliseconds, rounded down.</summary>
    /// <param name="message">The message.</param>
    public static byte[] Write(CollectedMessage message) => Encode(message).ToArray();

    /// <summary>Reads a message.</summary>
    /// <param name="bytes">The bytes that <see cref="Write"/> gave.</param>
    /// <returns>The message, or null if the bytes are damaged or of another version.</returns>
    public static CollectedMessage? Read(ReadOnlySpan<byte> bytes) =>
        TryReadParts(bytes, out var receivedAt, out var isReport, out var policyBytes, out var rowBytes, out var failureBytes)
            && ReadPolicy(bytes[policyBytes]) is { } policy && ReadRow(bytes[rowBytes]) is { } row && FailureCodec.Read(bytes[failureBytes]) is { } failures
            ? new CollectedMessage
            {
                ReceivedAt = receivedAt,
                Policy = policy.Policy,
                ReportUris = policy.ReportUris,
                IsReport = isReport,
                Record = row,
                Failures = failures,
            }
            : null;

    /// <summary>The bytes of a message, in memory of this thread that the next call uses again.</summary>
    internal static ReadOnlySpan<byte> Encode(CollectedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = Cleared(ref _writer);
        var parts = Cleared(ref _parts);
        writer.WriteByte(message.Failures.IsEmpty ? Version : VersionWithFailures);
        writer.WriteByte(message.IsReport ? ReportFlag : (byte)0);
        writer.WriteNumber((ulong)Math.Max(0, message.ReceivedAt.ToUnixTimeMilliseconds()));
        PolicyCodec.Write(parts, message.Policy, message.ReportUris);
        WriteBlock(writer, parts);
        RowCodec.Write(parts, message.Record);
        WriteBlock(writer, parts);
        if (!message.Failures.IsEmpty)
        {
            FailureCodec.Write(parts, message.Failures);
            WriteBlock(writer, parts);
        }

        return writer.Written;
    }

    /// <summary>Where the parts of a message are in its bytes; those of the policy and the row are not read yet.</summary>
    internal static bool TryReadParts(
        ReadOnlySpan<byte> bytes, out DateTimeOffset receivedAt, out bool isReport, out Range policy, out Range row, out Range failures)
    {
        (receivedAt, isReport, policy, row, failures) = (default, false, default, default, default);
        var reader = new CompactReader(bytes);
        if (!reader.TryReadByte(out var version) || version is not (Version or VersionWithFailures)
            || !reader.TryReadByte(out var flags) || flags > ReportFlag
            || !reader.TryReadNumber(out var milliseconds) || milliseconds > (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            || !reader.TryReadBlock(out policy) || !reader.TryReadBlock(out row)
            || (version == VersionWithFailures && !reader.TryReadBlock(out failures)) || !reader.IsAtEnd)
        {
            return false;
        }

        receivedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
        isReport = flags == ReportFlag;
        return true;
    }

    private static void WriteBlock(CompactWriter writer, CompactWriter block)
    {
        writer.WriteNumber((ulong)block.Length);
        writer.WriteBytes(block.Written);
        block.Clear();
    }

    private static CompactWriter Cleared(ref CompactWriter? writer)
    {
        writer ??= new CompactWriter();
        writer.Clear();
        return writer;
    }
}
