using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Aggregate;

/// <summary>
/// What names a report outside of its XML: the file name and the subject (RFC 9990 sections 3.1.4 and 3.5.2), and the id in both. Immutable.
/// </summary>
public sealed class AggregateReportName
{
    /// <summary>The ending of a compressed report.</summary>
    public const string CompressedEnding = ".xml.gz";

    private const string Ending = ".xml";

    // RFC 9990 section 3.5.1 allows more in an id, but the file name's unique-id is 1*(ALPHA / DIGIT), and section 3.1.4 wants it to be the same.
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>The domain of the receiver that makes the report.</summary>
    public required DomainName Receiver { get; init; }

    /// <summary>The policy domain, which the report is about.</summary>
    public required DomainName PolicyDomain { get; init; }

    /// <summary>The start of the period.</summary>
    public required DateTimeOffset Begin { get; init; }

    /// <summary>The end of the period.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>The id: letters and digits only, see <see cref="IdOf"/>. Null when a file name or a subject that was read has none.</summary>
    public required string? ReportId { get; init; }

    /// <summary>The name of the compressed file: <c>receiver!policy-domain!begin!end!id.xml.gz</c>. A report that is sent again has the same name.</summary>
    public string FileName => Stem() + CompressedEnding;

    /// <summary>The name of the file without compression.</summary>
    public string UncompressedFileName => Stem() + Ending;

    /// <summary>The subject of the mail: <c>Report Domain: example.com Submitter: mx.example.org Report-ID: 0a1b…</c>.</summary>
    public string Subject => $"Report Domain: {PolicyDomain} Submitter: {Receiver} Report-ID: {ReportId}";

    /// <summary>
    /// An id of 32 hexadecimal digits, which depends on nothing but the arguments: a report that is made again after a fault has the same id, and
    /// with it the same file name.
    /// </summary>
    /// <param name="receiver">The domain of the receiver.</param>
    /// <param name="policyDomain">The policy domain.</param>
    /// <param name="begin">The start of the period.</param>
    /// <param name="end">The end of the period.</param>
    /// <param name="part">
    /// What distinguishes several reports to one domain about one period, as the texts of two policies that applied; empty for the only one.
    /// </param>
    public static string IdOf(DomainName receiver, DomainName policyDomain, DateTimeOffset begin, DateTimeOffset end, string part = "")
    {
        ArgumentNullException.ThrowIfNull(receiver);
        ArgumentNullException.ThrowIfNull(policyDomain);
        ArgumentNullException.ThrowIfNull(part);
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{receiver}!{policyDomain}!{begin.ToUnixTimeSeconds()}!{end.ToUnixTimeSeconds()}!{part}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    /// <summary>Whether a text may be an id in all three places: letters and digits, at least one.</summary>
    /// <param name="text">The text.</param>
    public static bool IsId(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 && !text.AsSpan().ContainsAnyExcept(IdCharacters);
    }

    /// <summary>Reads a file name (RFC 9990 section 3.5.2); null when the text is not one. The ending may also be that of RFC 7489's <c>.zip</c>.</summary>
    /// <param name="fileName">The name, without a folder.</param>
    public static AggregateReportName? ParseFileName(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        var stem = fileName.AsSpan();
        foreach (var ending in (ReadOnlySpan<string>)[".gz", ".zip", Ending])
        {
            stem = stem.EndsWith(ending, StringComparison.OrdinalIgnoreCase) ? stem[..^ending.Length] : stem;
        }

        Span<Range> parts = stackalloc Range[6];
        var count = stem.Split(parts, '!');
        return count is 4 or 5
            && stem.Length < fileName.Length
            && DomainName.Parse(stem[parts[0]]).Value is { } receiver
            && DomainName.Parse(stem[parts[1]]).Value is { } domain
            && Seconds(stem[parts[2]]) is { } begin
            && Seconds(stem[parts[3]]) is { } end
            ? new AggregateReportName
            {
                Receiver = receiver,
                PolicyDomain = domain,
                Begin = begin,
                End = end,
                ReportId = count == 5 ? stem[parts[4]].ToString() : null,
            }
            : null;
    }

    /// <summary>The file name.</summary>
    public override string ToString() => FileName;

    private static DateTimeOffset? Seconds(ReadOnlySpan<char> text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? AggregateTime.FromSeconds(seconds) : null;

    private string Stem() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Receiver}!{PolicyDomain}!{Begin.ToUnixTimeSeconds()}!{End.ToUnixTimeSeconds()}{(ReportId is null ? null : "!")}{ReportId}");
}
