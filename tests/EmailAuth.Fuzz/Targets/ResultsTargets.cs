using EmailAuth.Arc;
using EmailAuth.Fuzz.Support;
using EmailAuth.Messages;
using EmailAuth.Removal;
using EmailAuth.Results;
using MimeKitResults = MimeKit.Cryptography.AuthenticationResults;

namespace EmailAuth.Fuzz.Targets;

/// <summary>Authentication-Results, read and written.</summary>
internal static class ResultsTargets
{
    /// <summary>
    /// A field, arriving. What a sealer records of it is written again (RFC 8617 section 5.1). Our own name in it, however it is written, is found: it is removed where our reader or
    /// MimeKit's reads the field as ours.
    /// </summary>
    public static void Results(ReadOnlySpan<byte> input)
    {
        var read = AuthenticationResultsReader.Parse(input);
        Expect.Parsed(read, input.Length);
        byte[] message = [.. "Authentication-Results:"u8, .. input, .. "\r\n\r\n"u8];
        var header = HeaderBlock.Parse(message);
        var field = AuthenticationResultsWriter.WriteField(ArcRecordedResults.Read(header, "mx.example.org"));
        Expect.Field(field);
        var again = AuthenticationResultsReader.Parse(field.AsSpan("Authentication-Results:".Length));
        FindingException.ThrowIf(!again.IsSuccess, $"what was written does not read: {field}: {again.Error}");
        var removed = ArrivingResultFields.Find(header, "mx.example.org").ToArray();
        FindingException.ThrowIf(removed.Any(one => string.IsNullOrEmpty(one.Reason) || one.Index >= header.Count), "a field to remove without a reason");
        if (header.Count == 0)
        {
            return;
        }

        // The field itself, which an empty line in the input ends.
        var value = header[0].Value.ToArray();
        var isOurs = IsOurs(AuthenticationResultsReader.Parse(value).Value?.AuthservId)
            || (MimeKitResults.TryParse(value, out var theirs) && IsOurs(theirs.AuthenticationServiceIdentifier));
        FindingException.ThrowIf(isOurs && !removed.Any(one => one.Index == 0), "a field in our name stays");
    }

    private static bool IsOurs(string? authservId) => string.Equals(authservId, "mx.example.org", StringComparison.OrdinalIgnoreCase);
}
