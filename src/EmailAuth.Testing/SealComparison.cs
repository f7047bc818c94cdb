using System.Collections.Immutable;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Results;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>
/// Seals a vector's message and compares the fields without white space. ARC-Authentication-Results must have the same parts between its
/// semicolons, and the other two fields the same tags except <c>b=</c>. The sealed message must verify with the chain value that was
/// sealed.
/// </summary>
internal static class SealComparison
{
    private const string Nothing = "nothing";

    public static async ValueTask<ImmutableArray<VectorMismatch>> CompareAsync(
        VectorSeal seal, SealExpectation expect, ReadOnlyMemory<byte> message, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var domain = DomainName.Parse(seal.Domain);
        if (!domain.IsSuccess)
        {
            return [new VectorMismatch("seal", $"a domain that is not valid: {domain.Error}", Expected(expect.Seal))];
        }

        // A message with LF line ends is converted to CRLF, because the added fields have CRLF.
        message = LineEndings.ToCrlf(message);
        var clock = new FixedClock(DateTimeOffset.FromUnixTimeSeconds(seal.Timestamp));
        var verifier = new ArcVerifier(resolver, null, clock);
        var arrived = await verifier.VerifyAsync(message, cancellationToken).ConfigureAwait(false);
        ArcSealing sealing;
        try
        {
            var options = new ArcSealerOptions { Domain = domain.Value, Selector = seal.Selector, FieldNames = [.. seal.Headers.Split(':', StringSplitOptions.TrimEntries)] };
            using var sealer = new ArcSealer(seal.PrivateKey, options, clock);
            sealing = sealer.Seal(message, arrived, ArcSealer.ReadResults(message, seal.AuthservId));
        }
        catch (ArgumentException e)
        {
            // The key or the options of the vector cannot be used. That is an error of the vector.
            return [new VectorMismatch("seal", e.Message.ReplaceLineEndings(" "), Expected(expect.Seal))];
        }

        var mismatches = CompareFields(expect, sealing);
        if (mismatches.IsEmpty && !sealing.Fields.IsEmpty)
        {
            byte[] sealedMessage = [.. Encoding.UTF8.GetBytes(string.Concat(sealing.Fields.Select(static field => field + "\r\n"))), .. message.Span];
            var again = await verifier.VerifyAsync(sealedMessage, cancellationToken).ConfigureAwait(false);
            return CompareVerdicts(arrived, again);
        }

        return mismatches;
    }

    private static ImmutableArray<VectorMismatch> CompareFields(SealExpectation expect, ArcSealing sealing)
    {
        var fields = sealing.Fields;
        var isSealed = fields.Length == 3;
        var mismatches = ImmutableArray.CreateBuilder<VectorMismatch>();
        Compare("seal.AS", isSealed ? ValueOf(fields[0]) : string.Empty, expect.Seal, Tags);
        Compare("seal.AMS", isSealed ? ValueOf(fields[1]) : string.Empty, expect.MessageSignature, Tags);
        Compare("seal.AAR", isSealed ? ValueOf(fields[2]) : string.Empty, expect.AuthenticationResults, Parts);
        return mismatches.DrainToImmutable();

        void Compare(string member, string got, string expected, Func<string, IEnumerable<string>> comparable)
        {
            if (!comparable(got).SequenceEqual(comparable(expected), StringComparer.Ordinal))
            {
                mismatches.Add(new VectorMismatch(member, got.Length == 0 ? sealing.Reason ?? Nothing : OneLine(got), Expected(expected)));
            }
        }
    }

    // A chain that was sealed as failed is closed: it fails because the new seal says so (RFC 8617 section 5.2, step 2).
    private static ImmutableArray<VectorMismatch> CompareVerdicts(ArcResult arrived, ArcResult again)
    {
        var expected = arrived.Code == ArcResultCode.Fail ? ArcResultCode.Fail : ArcResultCode.Pass;
        var got = again.Sets.IsEmpty ? (ArcResultCode?)null : again.Sets[0].Seal.ChainValidation;
        return again.Code == expected && again.IsClosed == (arrived.Code == ArcResultCode.Fail) && got == arrived.Code
            ? []
            : [new VectorMismatch(
                "seal",
                $"a message that verifies as {KeywordOf(again.Code)} with cv={(got is { } code ? KeywordOf(code) : Nothing)} ({again.Reason})",
                $"{KeywordOf(expected)} with cv={KeywordOf(arrived.Code)}")];
    }

    // The code of a result, in the words of RFC 8617 section 5.2.
    private static string KeywordOf(ArcResultCode code) => ((IMethodOutcome)new ArcResult { Code = code }).Result;

    private static string ValueOf(string field) => field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static IEnumerable<string> Parts(string value) => value.Split(';').Select(OneLine).Where(static part => part.Length > 0);

    private static IEnumerable<string> Tags(string value) =>
        Parts(value)
            .Select(static part => part.Replace(" ", string.Empty, StringComparison.Ordinal))
            .Where(static part => !part.StartsWith("b=", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Expected(string value) => value.Length == 0 ? Nothing : OneLine(value);
}
