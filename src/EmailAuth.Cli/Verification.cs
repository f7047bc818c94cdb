using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Testing;

namespace EmailAuth.Cli;

/// <summary>Verifies messages with one envelope, and records each check if requested.</summary>
internal sealed class Verification(IDnsResolver resolver, SmtpEnvelope envelope, AuthenticationOptions options, bool isRecorded)
{
    private readonly AuthenticationPipeline _pipeline = new(resolver, options);

    public async Task<VerifiedMessage> VerifyAsync(NamedMessage message, CancellationToken cancellationToken)
    {
        if (message.Error is not null)
        {
            return new VerifiedMessage(message.Name, null, message.Error);
        }

        if (!isRecorded)
        {
            var verified = await _pipeline.AuthenticateAsync(envelope, message.Bytes, cancellationToken);
            return new VerifiedMessage(message.Name, verified) { Account = MessageAccount.Of(verified, message.Bytes) };
        }

        // A recorded check uses one time, in whole seconds, because its replay does.
        var now = DateTimeOffset.FromUnixTimeSeconds(options.TimeProvider.GetUtcNow().ToUnixTimeSeconds());
        var recorder = new RecordingResolver(resolver);
        var pipeline = new AuthenticationPipeline(recorder, options with { TimeProvider = new FixedClock(now) });
        var outcome = await pipeline.AuthenticateAsync(envelope, message.Bytes, cancellationToken);
        var vector = VectorOf(message, outcome, recorder.ToZone(), now);

        // A recording that gives another result when replayed would mislead its reader, so it is replayed once here.
        var replay = await new VectorRunner().RunAsync(vector, cancellationToken);
        return new VerifiedMessage(message.Name, outcome)
        {
            Account = MessageAccount.Of(outcome, message.Bytes),
            Recording = vector,
            ReplayMismatch = replay.IsPass ? null : replay.Mismatches[0].ToString(),
        };
    }

    private TestVector VectorOf(NamedMessage message, AuthenticationOutcome outcome, Zone zone, DateTimeOffset now) => new()
    {
        Id = $"recorded/{Path.GetFileName(message.Name)}",
        Note = "recorded by emailauth verify",
        Zone = zone,
        Input = new VectorInput
        {
            ClientAddress = envelope.ClientAddress,
            Helo = envelope.Helo,
            MailFrom = envelope.MailFrom,
            Message = LineEndings.ToCrlf(message.Bytes),
            Now = now,
            Options = new VectorOptions { AuthservId = options.AuthservId, Receiver = options.Spf.Receiver },
        },
        Expect = VectorExpectation.Of(outcome),
    };
}

/// <summary>A message that was verified, or that could not be read.</summary>
internal sealed record VerifiedMessage(string Name, AuthenticationOutcome? Outcome, string? Error = null)
{
    /// <summary>What is said about the outcome; null for a message that could not be read.</summary>
    public MessageAccount? Account { get; init; }

    /// <summary>The recorded check as a vector; null when it is not recorded.</summary>
    public TestVector? Recording { get; init; }

    /// <summary>The first difference in its replay; null when the replay gives the same result.</summary>
    public string? ReplayMismatch { get; init; }
}
