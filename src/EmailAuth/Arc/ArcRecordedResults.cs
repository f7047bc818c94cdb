using System.Collections.Immutable;
using EmailAuth.Messages;
using EmailAuth.Results;

namespace EmailAuth.Arc;

/// <summary>Gathers what a host has recorded in a message, for ARC-Authentication-Results (RFC 8617 section 4.1.1).</summary>
internal static class ArcRecordedResults
{
    // As many as readers take from one field, and keywords as long as the writer writes them.
    private const int MaxResults = 256;
    private const int MaxKeywordLength = 64;

    public static AuthenticationResults Read(HeaderBlock header, string authservId)
    {
        var results = ImmutableArray.CreateBuilder<MethodResult>();
        for (var index = 0; index < header.Count; index++)
        {
            var field = header[index];
            if (field.IsNamed("Authentication-Results"u8)
                && AuthenticationResultsReader.Parse(field.Value).Value is { } recorded
                && string.Equals(recorded.AuthservId, authservId, StringComparison.OrdinalIgnoreCase))
            {
                results.AddRange(recorded.Results.Where(IsWritable).Take(MaxResults - results.Count));
            }
        }

        return new AuthenticationResults { AuthservId = authservId, Results = results.ToImmutable() };
    }

    private static bool IsWritable(MethodResult result) =>
        result.Method.Length <= MaxKeywordLength
        && result.Result.Length <= MaxKeywordLength
        && result.Properties.All(property => property.Type.Length <= MaxKeywordLength && property.Name.Length <= MaxKeywordLength);
}
