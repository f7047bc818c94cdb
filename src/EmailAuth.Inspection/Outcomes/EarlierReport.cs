using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Messages;
using EmailAuth.Results;

namespace EmailAuth.Inspection.Outcomes;

/// <summary>What a field of the message says that an earlier host found. It is for display only: anyone can write such a field. Immutable.</summary>
[DebuggerDisplay("{Host,nq} {Results.Length}")]
public sealed class EarlierReport
{
    /// <summary>The name under which the host reports (RFC 8601 section 2.5); null when the field has none, as those of Exchange Online.</summary>
    public string? Host { get; init; }

    /// <summary>The instance of the ARC set that the field belongs to (RFC 8617 section 4.1.1); null for Authentication-Results.</summary>
    public int? Instance { get; init; }

    /// <summary>The index of the field in the header; 0 is the top. Hosts write on top, so a lower index is newer.</summary>
    public int FieldIndex { get; init; }

    /// <summary>The results, in the order of the field.</summary>
    public ImmutableArray<MethodResult> Results { get; init; } = [];

    /// <summary>
    /// Reads the fields Authentication-Results and ARC-Authentication-Results of a message, the topmost first: at most 64, and of each at most
    /// 16 KiB and 64 results. A field without an authserv-id is read, too; of a malformed one what can be read.
    /// </summary>
    /// <param name="header">The header of the message.</param>
    public static ImmutableArray<EarlierReport> ReadAll(HeaderBlock header)
    {
        ArgumentNullException.ThrowIfNull(header);
        return EarlierReportReader.ReadAll(header);
    }

    /// <summary>The first result of a method, or null.</summary>
    /// <param name="method">The method in the terms of RFC 8601, such as <c>dmarc</c>.</param>
    public MethodResult? Find(string method) => Results.FirstOrDefault(result => result.Method == method);
}
