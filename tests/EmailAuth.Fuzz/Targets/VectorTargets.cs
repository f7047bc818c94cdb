using System.Buffers;
using System.Text.Json;
using EmailAuth.Cli;
using EmailAuth.Cli.Envelopes;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Nats;
using EmailAuth.Fuzz.Support;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What the project's own formats are read from: zones, vectors, lines of a batch.</summary>
internal static class VectorTargets
{
    private static readonly SearchValues<char> OutsideTokens = SearchValues.Create(". *>\t\r\n");

    private static readonly VectorRunner Runner = new(new AuthenticationOptions { AuthservId = "mx.example.org", TimeProvider = FixedTime.Default }, Keys.Resolver);

    public static void ZoneText(ReadOnlySpan<byte> input) => Expect.Parsed(Zone.Parse(input), input.Length);

    public static void Vector(ReadOnlySpan<byte> input)
    {
        var read = TestVector.Parse(input);
        Expect.Parsed(read, input.Length);
        if (read.Value is { } vector)
        {
            var line = vector.ToJsonLine();
            var again = TestVector.Parse(line);
            FindingException.ThrowIf(!again.IsSuccess, $"what was written does not read: {again.Error}: {line}");

            // Members that are not known are kept as they stand, escapes and all; what was written once stays.
            var second = again.Value!.ToJsonLine();
            FindingException.ThrowIf(TestVector.Parse(second).Value?.ToJsonLine() != second, "written again, it differs");
        }
    }

    /// <summary>A line of a batch, or from NATS, judged: one line comes of it, or one reason.</summary>
    public static void Batch(ReadOnlySpan<byte> input)
    {
        var line = BatchLine.Parse(input);
        Expect.Parsed(line, input.Length);
        var judged = Expect.Completed(new ValueTask<JudgedLine>(JudgedLine.OfAsync(Runner, line, CancellationToken.None)));
        FindingException.ThrowIf((judged.Result is null) == (judged.Reason is null), "neither a result nor a reason, or both");
        FindingException.ThrowIf(line.Value is null && judged.Result is not null, "a result of a line that cannot be read");
        var written = judged.Result ?? BatchResult.ToErrorLine(1, judged.Reason!);
        FindingException.ThrowIf(written.AsSpan().ContainsAny('\r', '\n'), "a line that is two");
        using var json = JsonDocument.Parse(written);
        if (line.Value is not { } read || judged.Result is null)
        {
            return;
        }

        Expect.Equal(read.Id ?? "none", json.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString()! : "none", "the id");

        // The name of a message is one token of a subject, its own, and submitted it is the same message.
        var name = MessageName.Of(read.Id, 1, DateTimeOffset.UnixEpoch);
        FindingException.ThrowIf(name.Length is 0 or > 80 || name.AsSpan().ContainsAny(OutsideTokens), $"no token: {name}");
        var message = read.Input.Message ?? ReadOnlyMemory<byte>.Empty;
        var submitted = SubmittedLine.Of(new NamedMessage(read.Id ?? "x", message), new EnvelopeChoice(read.Input.ClientAddress, read.Input.Helo, read.Input.MailFrom, null, null), null);
        var again = BatchLine.Parse(submitted.Bytes.Span);
        FindingException.ThrowIf(!again.IsSuccess || !again.Value.Input.Message!.Value.Span.SequenceEqual(message.Span), $"submitted, it is another message: {again.Error}");
        FindingException.ThrowIf(read.Input.ClientAddress is not null && !read.Input.ClientAddress.Equals(again.Value!.Input.ClientAddress), "submitted, it has another client");
    }
}
