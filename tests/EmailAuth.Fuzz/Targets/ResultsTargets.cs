using EmailAuth.Arc;
using EmailAuth.Fuzz.Support;
using EmailAuth.Messages;
using EmailAuth.Removal;
using EmailAuth.Results;

namespace EmailAuth.Fuzz.Targets;

/// <summary>Authentication-Results, read and written.</summary>
internal static class ResultsTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("authentication-results", ResultsText, Words.Results, () => [.. Seeds.Results, .. SeedVectors.Fields("arc", "arc-authentication-results")]),
        new("forged-results", Forged, Words.Results, () => [.. Seeds.Results, .. SeedVectors.Fields("arc", "arc-authentication-results")]),
        new("results-writer", ResultsWriterTarget.Run, Words.Results, () => ["mx.example.org", "mx example\nm\nra\nwit is; so\ncwho (knows) it\nva@example.com\nv\"a b\"@example.com\nmm\nv\nvb\u00fccher.example", "a\nm\nwa\\r\\nX: y\\sz\nvx\\n"]),
    ];

    private static void ResultsText(ReadOnlySpan<byte> input)
    {
        Expect.Parsed(AuthenticationResultsReader.Parse(input), input.Length);

        // What a sealer records of an arriving field is written again (RFC 8617 section 5.1).
        byte[] message = [.. "Authentication-Results:"u8, .. input, .. "\r\n\r\n"u8];
        var field = AuthenticationResultsWriter.WriteField(ArcRecordedResults.Read(HeaderBlock.Parse(message), "mx.example.org"));
        Expect.Field(field);
        var again = AuthenticationResultsReader.Parse(field.AsSpan("Authentication-Results:".Length));
        FindingException.ThrowIf(!again.IsSuccess, $"what was written does not read: {field}: {again.Error}");
    }

    private static void Forged(ReadOnlySpan<byte> input)
    {
        byte[] message = [.. "Authentication-Results:"u8, .. input, .. "\r\n\r\n"u8];
        var header = HeaderBlock.Parse(message);
        foreach (var field in ArrivingResultFields.Find(header, "mx.example.org"))
        {
            FindingException.ThrowIf(string.IsNullOrEmpty(field.Reason) || field.Index >= header.Count, "a field to remove without a reason");
        }
    }
}
