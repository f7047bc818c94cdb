using EmailAuth.Cli.Envelopes;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Testing;

namespace EmailAuth.Cli;

/// <summary>Verifies messages, each with the envelope that the user gives or that its fields give, and records each check if requested.</summary>
internal sealed class Verification(IDnsResolver resolver, EnvelopeChoice choice, AuthenticationOptions options, bool isRecorded, SignatureSearch? search = null)
{
    private readonly AuthenticationPipeline _pipeline = new(resolver, options);

    public async Task<VerifiedMessage> VerifyAsync(NamedMessage message, CancellationToken cancellationToken)
    {
        if (message.Error is not null)
        {
            return new VerifiedMessage(message.Name, null, message.Error);
        }

        var envelope = StoredEnvelopeReader.Read(choice, message.Bytes, message.MailboxLine);
        var now = envelope.Time ?? options.TimeProvider.GetUtcNow();
        var verified = isRecorded
            ? await VerifyAndRecordAsync(message, envelope, now, cancellationToken)
            : new VerifiedMessage(message.Name, await PipelineFor(envelope).AuthenticateAsync(envelope.Envelope, message.Bytes, cancellationToken));
        var account = MessageAccount.Of(verified.Outcome!, message.Bytes, envelope, now, isWhole: true);
        if (search is not null)
        {
            await search.AddAsync(account, message.Bytes, cancellationToken);
        }

        return verified with { Account = account, Envelope = envelope, Message = message.Bytes };
    }

    // A pipeline has one clock. What another one would keep are parsed records; the answers of the DNS are kept by the resolver.
    private AuthenticationPipeline PipelineFor(StoredEnvelope envelope) => envelope is { Time: { } time, TimeSource: not EnvelopeSource.Option }
        ? new AuthenticationPipeline(resolver, options with { TimeProvider = new FixedClock(time) })
        : _pipeline;

    private async Task<VerifiedMessage> VerifyAndRecordAsync(NamedMessage message, StoredEnvelope envelope, DateTimeOffset time, CancellationToken cancellationToken)
    {
        // A recorded check uses one time, in whole seconds, because its replay does.
        var now = DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
        var timed = options with { TimeProvider = new FixedClock(now) };
        var recorder = new RecordingResolver(resolver);
        var outcome = await new AuthenticationPipeline(recorder, timed).AuthenticateAsync(envelope.Envelope, message.Bytes, cancellationToken);
        var zone = recorder.ToZone();

        // The envelope of a vector is always that of a client, so a vector with a guessed envelope expects what a host would find with it.
        var expected = envelope.Envelope.IsReconstructed
            ? await new AuthenticationPipeline(new ZoneResolver(zone), timed).AuthenticateAsync(Firm(envelope.Envelope), message.Bytes, cancellationToken)
            : outcome;
        var vector = VectorOf(message, envelope, expected, zone, now);

        // A recording that gives another result when replayed would mislead its reader, so it is replayed once here.
        var replay = await new VectorRunner().RunAsync(vector, cancellationToken);
        return new VerifiedMessage(message.Name, outcome)
        {
            Recording = vector,
            ReplayMismatch = replay.IsPass ? null : replay.Mismatches[0].ToString(),
        };
    }

    private static SmtpEnvelope Firm(SmtpEnvelope envelope) => new(envelope.ClientAddress, envelope.Helo, envelope.MailFrom);

    private TestVector VectorOf(NamedMessage message, StoredEnvelope envelope, AuthenticationOutcome outcome, Zone zone, DateTimeOffset now) => new()
    {
        Id = $"recorded/{Path.GetFileName(message.Name)}",
        Note = envelope.Envelope is { IsReconstructed: true, ClientAddress: not null }
            ? "recorded by emailauth verify, with an envelope guessed from fields of the message"
            : "recorded by emailauth verify",
        Zone = zone,
        Input = new VectorInput
        {
            ClientAddress = envelope.Envelope.ClientAddress,
            Helo = envelope.Envelope.Helo,
            MailFrom = envelope.Envelope.MailFrom,
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

    /// <summary>The envelope and where it is from; null for a message that could not be read.</summary>
    public StoredEnvelope? Envelope { get; init; }

    /// <summary>The message; empty for one that could not be read.</summary>
    public ReadOnlyMemory<byte> Message { get; init; }

    /// <summary>The recorded check as a vector; null when it is not recorded.</summary>
    public TestVector? Recording { get; init; }

    /// <summary>The first difference in its replay; null when the replay gives the same result.</summary>
    public string? ReplayMismatch { get; init; }
}
