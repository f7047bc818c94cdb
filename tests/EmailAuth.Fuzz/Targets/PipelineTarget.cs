using System.Net;
using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Fuzz.Support;
using EmailAuth.Results;
using EmailAuth.Vectors;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// The whole of it. An input is a zone in JSON, the client's address, HELO and MAIL FROM on a line each, and the message, parted by lines
/// that are "~~~".
/// </summary>
internal static class PipelineTarget
{
    private static readonly AuthenticationOptions Options = new() { AuthservId = "mx.example.org", Dkim = DkimOptions.Default };

    private static ReadOnlySpan<byte> Separator => "\n~~~\n"u8;

    public static void Run(ReadOnlySpan<byte> input)
    {
        var first = input.IndexOf(Separator);
        var second = first < 0 ? -1 : input[(first + Separator.Length)..].IndexOf(Separator);
        if (second < 0 || ResolverOf(input[..first]) is not { } resolver)
        {
            return;
        }

        var dialogue = Encoding.UTF8.GetString(input.Slice(first + Separator.Length, second)).Split('\n', 3);
        var message = input[(first + second + (2 * Separator.Length))..].ToArray();
        var envelope = new SmtpEnvelope(
            IPAddress.TryParse(dialogue[0], out var client) ? client : null, dialogue.ElementAtOrDefault(1), dialogue.ElementAtOrDefault(2));
        var pipeline = new AuthenticationPipeline(resolver, Options);
        var whole = Expect.Completed(pipeline.AuthenticateAsync(envelope, message));
        Check(whole);
        FindingException.ThrowIf(JsonOf(whole) != JsonOf(InPieces(pipeline, envelope, message)), "the outcome depends on how the message was cut");
        BatchResult.ToJsonLine("x", whole);
    }

    private static ZoneResolver? ResolverOf(ReadOnlySpan<byte> json)
    {
        try
        {
            return Zone.Parse(json).Value is { } zone ? new ZoneResolver(zone) : null;
        }
        catch (ArgumentException)
        {
            return null; // documented: data that its type cannot hold
        }
    }

    private static void Check(AuthenticationOutcome outcome)
    {
        FindingException.ThrowIf(outcome.Dkim!.Signatures.Any(s => s.Code != DkimResultCode.Pass && string.IsNullOrEmpty(s.Reason)), "DKIM without a reason");
        FindingException.ThrowIf(outcome.Dmarc is { Code: not DmarcResultCode.Pass } dmarc && string.IsNullOrEmpty(dmarc.Reason), "DMARC without a reason");
        FindingException.ThrowIf(outcome.Bimi is { Code: not BimiResultCode.Pass } bimi && string.IsNullOrEmpty(bimi.Reason), "BIMI without a reason");
        FindingException.ThrowIf(outcome.Spf is { } spf && string.IsNullOrEmpty(spf.Reason), "SPF without a reason");
        FindingException.ThrowIf(outcome.Iprev is { Code: not Iprev.IprevResultCode.Pass } iprev && string.IsNullOrEmpty(iprev.Reason), "iprev without a reason");
        FindingException.ThrowIf(outcome.Arc is { Code: not (Arc.ArcResultCode.Pass or Arc.ArcResultCode.None) } arc && string.IsNullOrEmpty(arc.Reason), "ARC without a reason");
        FindingException.ThrowIf(outcome.LookupCount > Options.LookupLimits.MaxLookups + 40, $"{outcome.LookupCount} lookups");
        var read = AuthenticationResultsReader.Parse(outcome.HeaderValue.AsSpan());
        FindingException.ThrowIf(!read.IsSuccess, $"the field does not read back: {read.Error}");
        FindingException.ThrowIf(
            !read.Value!.Results.Select(r => (r.Method, r.Result)).SequenceEqual(outcome.Results.Select(r => (r.Method, r.Result))), "the field reads back as other results");
        FindingException.ThrowIf(outcome.Header.Replace("\r\n ", string.Empty, StringComparison.Ordinal).Any(char.IsControl), $"the field holds a control character: {outcome.Header}");
        FindingException.ThrowIf(outcome.Header.Split("\r\n").Any(part => part.Length > 998), "the field has a line of more than 998 characters");
    }

    private static AuthenticationOutcome InPieces(AuthenticationPipeline pipeline, SmtpEnvelope envelope, ReadOnlyMemory<byte> message)
    {
        using var stream = new PieceStream(message);
        return Expect.Completed(pipeline.AuthenticateAsync(envelope, stream));
    }

    private static string JsonOf(AuthenticationOutcome outcome) => (outcome with { Elapsed = TimeSpan.Zero }).ToJson();
}
