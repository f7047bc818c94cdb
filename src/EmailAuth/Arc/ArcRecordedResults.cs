using System.Collections.Immutable;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Results;

namespace EmailAuth.Arc;

/// <summary>Gathers what a host has recorded in a message, for ARC-Authentication-Results (RFC 8617 section 4.1.1).</summary>
internal static class ArcRecordedResults
{
    // As many as readers take from one field, and keywords as long as the writer writes them.
    private const int MaxResults = 256;
    private const int MaxKeywordLength = 64;

    // Readers, ours among them, take fields of 64 KiB; this leaves room for the field's name and the authserv-id.
    private const int MaxOctets = 60 * 1024;
    private const int MostMarks = 12;

    public static AuthenticationResults Read(HeaderBlock header, string authservId)
    {
        var results = ImmutableArray.CreateBuilder<MethodResult>();
        var octets = 0;
        for (var index = 0; index < header.Count; index++)
        {
            var field = header[index];
            if (field.IsNamed("Authentication-Results"u8)
                && AuthenticationResultsReader.Parse(field.Value).Value is { } recorded
                && string.Equals(recorded.AuthservId, authservId, StringComparison.OrdinalIgnoreCase))
            {
                foreach (var result in recorded.Results.Where(IsWritable).Take(MaxResults - results.Count))
                {
                    var length = MostOctets(result);
                    if (octets + length <= MaxOctets)
                    {
                        octets += length;
                        results.Add(result);
                    }
                }
            }
        }

        return new AuthenticationResults { AuthservId = authservId, Results = results.ToImmutable() };
    }

    private static bool IsWritable(MethodResult result) =>
        result.Method.Length <= MaxKeywordLength
        && result.Result.Length <= MaxKeywordLength
        && result.Properties.All(property => property.Type.Length <= MaxKeywordLength && property.Name.Length <= MaxKeywordLength);

    private static int MostOctets(MethodResult result) =>
        MostOctets(result.Method) + MostOctets(result.Result) + MostOctets(result.Comment) + MostOctets(result.Reason)
        + result.Properties.Sum(property => MostOctets(property.Type) + MostOctets(property.Name) + MostOctets(property.Value));

    // Every character may be escaped; quotes, the marks between words and a fold come with it.
    private static int MostOctets(string? text) => text is null ? 0 : (2 * Encoding.UTF8.GetByteCount(text)) + MostMarks;
}
