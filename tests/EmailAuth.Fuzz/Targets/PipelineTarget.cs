using System.Net;
using System.Text;
using EmailAuth.Fuzz.Support;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// The whole of it. An input is a zone in JSON, the client's address, HELO and MAIL FROM on a line each, and the message, parted by lines
/// that are "~~~".
/// </summary>
internal static class PipelineTarget
{
    private static readonly AuthenticationOptions Options = new() { AuthservId = "mx.example.org", TimeProvider = FixedTime.Default };

    // What the checks may ask for together: SPF twice, 10 keys, 60 of a chain, 9 of the policy and 88 of identifiers, BIMI, iprev.
    private const int MaxLookups = 2 * ((2 * 128) + 10 + 60 + 9 + 88 + 3 + 11);

    public static void Run(ReadOnlySpan<byte> input)
    {
        var parts = new Parts(input);
        if (!parts.TryTake(out var json) || !parts.TryTake(out var dialogue) || ResolverOf(json) is not { } resolver)
        {
            return;
        }

        var lines = Encoding.UTF8.GetString(dialogue).Split('\n', 3);
        var message = parts.Rest.ToArray();
        var envelope = new SmtpEnvelope(
            IPAddress.TryParse(lines[0], out var client) ? client : null, lines.ElementAtOrDefault(1), lines.ElementAtOrDefault(2));
        var recording = new RecordingResolver(resolver);
        var pipeline = new AuthenticationPipeline(recording, Options);
        var whole = Expect.Completed(pipeline.AuthenticateAsync(envelope, message));
        OutcomeExpectations.Check(whole);
        CommandTargets.CheckExplanation(whole, message);
        FindingException.ThrowIf(whole.LookupCount > MaxLookups, $"{whole.LookupCount} lookups");

        using var pieces = new PieceStream(message);
        Expect.Equal(whole.ToJson(), Expect.Completed(pipeline.AuthenticateAsync(envelope, pieces)).ToJson(), "the outcome depends on how the message was cut");
        var replayed = new AuthenticationPipeline(new ZoneResolver(recording.ToZone()), Options);
        Expect.Equal(
            OutcomeExpectations.Describe(whole), OutcomeExpectations.Describe(Expect.Completed(replayed.AuthenticateAsync(envelope, message))), "from the recording it is another");
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
}
