using System.Collections.Immutable;
using EmailAuth.Dns;
using EmailAuth.Signatures;

namespace EmailAuth.Testing;

/// <summary>
/// Runs the inputs of vectors and batch lines through the pipeline, and compares the outcomes. Thread-safe: one runner serves all cores.
/// </summary>
public sealed class VectorRunner
{
    // The time of a recorded case is often that of a whole suite, or of another hop, so a signature may be some hours newer.
    private static readonly TimeSpan RoughTime = TimeSpan.FromHours(6);

    private static readonly ZoneResolver Nowhere = new(new Zone());

    private readonly IDnsResolver _resolver;
    private readonly AuthenticationPipeline _pipeline;

    // For the inputs that set neither options nor a time nor a zone.
    private readonly AuthenticationPipeline _usual;

    /// <summary>Makes a runner.</summary>
    /// <param name="options">The options for inputs that set none; null for the defaults with the authserv-id <c>localhost</c>.</param>
    /// <param name="resolver">The resolver for inputs without a zone; null for a DNS in which no name exists.</param>
    public VectorRunner(AuthenticationOptions? options = null, IDnsResolver? resolver = null)
    {
        _resolver = resolver ?? Nowhere;
        _pipeline = new AuthenticationPipeline(_resolver, options ?? new AuthenticationOptions { AuthservId = "localhost" });
        _usual = PipelineFor(new VectorInput(), zone: null);
    }

    /// <summary>Runs a vector, and compares the outcome with what it expects.</summary>
    /// <param name="vector">The vector, its message read.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    /// <exception cref="ArgumentException">
    /// The vector's message is in a file that was not read, or its zone has data that is not valid for its type.
    /// </exception>
    public async ValueTask<VectorRunResult> RunAsync(TestVector vector, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vector);
        var outcome = await EvaluateAsync(vector.Input, vector.Zone, cancellationToken).ConfigureAwait(false);
        return new VectorRunResult
        {
            Id = vector.Id,
            Outcome = outcome,
            Mismatches = vector.Expect is null ? [] : [.. VectorComparison.Compare(vector.Expect, outcome), .. await SealAsync(vector, cancellationToken).ConfigureAwait(false)],
        };
    }

    /// <summary>Runs an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="zone">The DNS data, or null for the runner's resolver.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    /// <exception cref="ArgumentException">
    /// The message is in a file that was not read, or the zone has data that is not valid for its type.
    /// </exception>
    public ValueTask<AuthenticationOutcome> EvaluateAsync(VectorInput input, Zone? zone, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input is { Message: null, MessagePath: not null })
        {
            throw new ArgumentException($"The message is in {input.MessagePath}, which was not read.", nameof(input));
        }

        var pipeline = zone is null && input is { Now: null, Options: var set } && set == VectorOptions.Default ? _usual : PipelineFor(input, zone);
        var envelope = new SmtpEnvelope(input.ClientAddress, input.Helo, input.MailFrom);
        return pipeline.AuthenticateAsync(envelope, input.Message ?? ReadOnlyMemory<byte>.Empty, cancellationToken);
    }

    private ValueTask<ImmutableArray<VectorMismatch>> SealAsync(TestVector vector, CancellationToken cancellationToken)
    {
        if (vector.Expect?.Seal is not { } expected)
        {
            return ValueTask.FromResult(ImmutableArray<VectorMismatch>.Empty);
        }

        return vector.Input.Seal is { } seal
            ? SealComparison.CompareAsync(seal, expected, vector.Input.Message ?? ReadOnlyMemory<byte>.Empty, ResolverFor(vector.Zone), cancellationToken)
            : ValueTask.FromResult<ImmutableArray<VectorMismatch>>([new VectorMismatch("seal", "nothing to seal with (input.seal)", "a seal")]);
    }

    // The caches of keys and records are shared, because they do not depend on anything that an input sets.
    private AuthenticationPipeline PipelineFor(VectorInput input, Zone? zone) => _pipeline.With(ResolverFor(zone), OptionsFor(input));

    private IDnsResolver ResolverFor(Zone? zone) => zone is null ? _resolver : new ZoneResolver(zone);

    private AuthenticationOptions OptionsFor(VectorInput input)
    {
        var options = _pipeline.Options;
        var set = input.Options;
        return options with
        {
            AuthservId = set.AuthservId ?? options.AuthservId,
            Spf = set.Receiver is null ? options.Spf : options.Spf with { Receiver = set.Receiver },
            Dkim = SignaturesFor(options.Dkim, input),
            Arc = options.Arc with { Signatures = SignaturesFor(options.Arc.Signatures, input) },
            TimeProvider = input.Now is { } now ? new FixedClock(now) : options.TimeProvider,
        };
    }

    // A case without a time does not depend on it: signatures are verified at the time of signing.
    private static T SignaturesFor<T>(T options, VectorInput input)
        where T : SignatureOptions
    {
        var bits = input.Options.MinRsaBits ?? options.MinRsaBits;
        var allowsSha1 = input.Options.AllowSha1 ?? options.AllowRsaSha1;
        return options with
        {
            MinRsaBits = bits,
            AllowRsaSha1 = allowsSha1,
            IsForArchives = options.IsForArchives || bits < 1024 || allowsSha1,
            FutureTolerance = options.FutureTolerance ?? (input.Now is null ? null : RoughTime),
            JudgeExpiryAtSigningTime = options.JudgeExpiryAtSigningTime || input.Now is null,
        };
    }
}
