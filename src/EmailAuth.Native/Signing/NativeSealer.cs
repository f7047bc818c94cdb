using EmailAuth.Arc;
using EmailAuth.Results;

namespace EmailAuth.Native.Signing;

/// <summary>Seals messages for C callers (ARC). Thread-safe.</summary>
internal sealed class NativeSealer(NativeKey key, ArcSealer sealer)
{
    private readonly Lock _lock = new();
    private bool _isFreed;

    /// <summary>Makes a sealer, which keeps the key.</summary>
    public static NativeSealer Create(NativeKey key, ArcSealerOptions options)
    {
        key.Enter();
        try
        {
            return new NativeSealer(key, new ArcSealer(key.Key, options));
        }
        catch (ArgumentException mistake)
        {
            key.Leave();
            throw Mistakes.Of("selector", mistake);
        }
    }

    /// <summary>Begins to seal a message.</summary>
    /// <param name="arrived">What was found when the message arrived: its chain, and the results that the seal records.</param>
    public NativeSigning Begin(AuthenticationOutcome arrived)
    {
        if (arrived.Arc is not { } chain)
        {
            throw new InteropException(Status.Argument, "result: the pipeline does not check arc (Methods), and without the arriving chain nothing can be sealed.");
        }

        // The seal records what the header field says, which is what readers know.
        if (AuthenticationResultsReader.Parse(arrived.HeaderValue).Value is not { } results)
        {
            throw new InteropException(Status.Argument, "result: it has no Authentication-Results field to record.");
        }

        lock (_lock)
        {
            if (_isFreed)
            {
                throw new InteropException(Status.Handle, "The sealer is being freed.");
            }

            return new NativeSigning(
                [key.Enter()],
                async reader =>
                {
                    var stream = reader.AsStream(leaveOpen: true);
                    await using (stream.ConfigureAwait(false))
                    {
                        var sealing = await sealer.SealAsync(stream, chain, results).ConfigureAwait(false);
                        return new SignedFields(sealing.Fields, sealing.Reason, sealing.ReasonCode);
                    }
                });
        }
    }

    public void Free()
    {
        lock (_lock)
        {
            _isFreed = true;
            sealer.Dispose();
            key.Leave();
        }
    }
}
