using System.Collections.Immutable;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Results;
using EmailAuth.Syntax;

namespace EmailAuth.Arc;

/// <summary>Gathers what a host has recorded in a message, for ARC-Authentication-Results (RFC 8617 section 4.1.1).</summary>
internal static class ArcRecordedResults
{
    // As many results as readers accept in one field, and keywords as long as the writer writes them.
    private const int MaxResults = 256;
    private const int MaxKeywordLength = 64;

    // Readers, ours among them, accept fields of 64 KiB; this leaves room for the field's name and the authserv-id.
    private const int MaxOctets = 60 * 1024;
    private const int MostMarks = 12;

    public static AuthenticationResults Read(HeaderBlock header, string authservId)
    {
        var gathered = new Gathered();
        for (var index = 0; index < header.Count; index++)
        {
            var field = header[index];
            if (field.IsNamed("Authentication-Results"u8) && OfHost(field, authservId) is { } recorded)
            {
                gathered.Add(recorded);
            }
        }

        return gathered.ToResults(authservId);
    }

    /// <summary>
    /// The same for only the topmost field that claims the authserv-id by any reading. A field that cannot be read is not skipped: what is below
    /// it is older.
    /// </summary>
    public static AuthenticationResults ReadTopmost(HeaderBlock header, string authservId)
    {
        var gathered = new Gathered();
        var claim = new AuthservIdClaim(authservId);
        for (var index = 0; index < header.Count; index++)
        {
            var field = header[index];
            if (field.IsNamed("Authentication-Results"u8) && claim.ReasonFor(field.Value) is not null)
            {
                if (OfHost(field, authservId) is { } recorded)
                {
                    gathered.Add(recorded);
                }

                break;
            }
        }

        return gathered.ToResults(authservId);
    }

    private static AuthenticationResults? OfHost(HeaderField field, string authservId) =>
        AuthenticationResultsReader.Parse(field.Value).Value is { } recorded
        && IsSame(recorded.AuthservId, authservId)
            ? recorded
            : null;

    // In an ASCII message our own field has A-labels (RFC 8601 section 2.5). Letters beyond ASCII are compared by them: two names that differ in a final
    // sigma are two names.
    private static bool IsSame(string recorded, string authservId) =>
        Ascii.EqualsIgnoreCase(recorded, authservId)
        || string.Equals(InternationalizedLabel.ToALabels(recorded), InternationalizedLabel.ToALabels(authservId), StringComparison.OrdinalIgnoreCase);

    private static bool IsWritable(MethodResult result) =>
        result.Method.Length <= MaxKeywordLength
        && result.Result.Length <= MaxKeywordLength
        && result.Properties.All(property => property.Type.Length <= MaxKeywordLength && property.Name.Length <= MaxKeywordLength);

    private static int MostOctets(MethodResult result) =>
        MostOctets(result.Method) + MostOctets(result.Result) + MostOctets(result.Comment) + MostOctets(result.Reason)
        + result.Properties.Sum(property => MostOctets(property.Type) + MostOctets(property.Name) + MostOctets(property.Value));

    // Every character may be escaped; quotes, separators and a fold are added.
    private static int MostOctets(string? text) => text is null ? 0 : (2 * Encoding.UTF8.GetByteCount(text)) + MostMarks;

    // Results as far as one field can hold them.
    private sealed class Gathered
    {
        private readonly ImmutableArray<MethodResult>.Builder _results = ImmutableArray.CreateBuilder<MethodResult>();
        private int _octets;

        public void Add(AuthenticationResults recorded)
        {
            foreach (var result in recorded.Results.Where(IsWritable).Take(MaxResults - _results.Count))
            {
                var length = MostOctets(result);
                if (_octets + length <= MaxOctets)
                {
                    _octets += length;
                    _results.Add(result);
                }
            }
        }

        public AuthenticationResults ToResults(string authservId) => new() { AuthservId = authservId, Results = _results.ToImmutable() };
    }
}
