using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>Takes whole messages in the forms they come in, for a verifier of their signatures. Thread-safe.</summary>
/// <typeparam name="TResult">What the verification comes to.</typeparam>
/// <param name="resolver">Whom to ask for keys.</param>
/// <param name="time">The clock.</param>
/// <param name="limits">How much of a header is read.</param>
/// <param name="begin">Begins a verification, when the header has ended; takes the domains whose signatures go first.</param>
internal sealed class MessageVerifier<TResult>(
    IDnsResolver resolver, TimeProvider time, MessageLimits limits, Func<SignedMessage, IReadOnlyList<DomainName>, ISignatureVerification<TResult>> begin)
{
    /// <summary>Prepares a message whose header has ended, for each verifier that shares its keys and hashes.</summary>
    public SignedMessage Open(HeaderBlock header) => new(header, new DnsSession(resolver, time: time), ownsSession: true);

    /// <summary>A message that comes in pieces. Nothing of its body is kept.</summary>
    public SignedMessageReader<TResult> Read(IReadOnlyList<DomainName> preferredDomains) => new(limits, Open, message => begin(message, preferredDomains));

    /// <summary>Verifies a message that is at hand. Allocates nothing beyond what its signatures need, when the keys are there.</summary>
    public ValueTask<TResult> VerifyAsync(ReadOnlyMemory<byte> message, IReadOnlyList<DomainName> preferredDomains, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        }

        if (LineEndings.AreLineFeedsWithin(message.Span, limits))
        {
            return VerifyLineFeedsAsync(message, preferredDomains, cancellationToken);
        }

        var signed = Open(HeaderBlock.Parse(message, limits));
        var verification = begin(signed, preferredDomains);
        if (signed.Header.LimitReason is null)
        {
            signed.Body.Append(message.Span[signed.Header.BodyOffset..]);
        }

        signed.Body.Complete();
        var results = verification.CompleteAsync(cancellationToken);
        if (!results.IsCompletedSuccessfully)
        {
            return FinishAsync(results, signed);
        }

        signed.Dispose();
        return results;
    }

    /// <summary>Verifies a message as it is read to its end; the stream stays open.</summary>
    public async ValueTask<TResult> VerifyAsync(Stream message, CancellationToken cancellationToken)
    {
        using var reader = Read([]);
        await reader.Feed.ReadAsync(message, cancellationToken).ConfigureAwait(false);
        return await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<TResult> VerifyLineFeedsAsync(ReadOnlyMemory<byte> message, IReadOnlyList<DomainName> preferredDomains, CancellationToken cancellationToken)
    {
        using var reader = Read(preferredDomains);
        reader.Feed.Append(message.Span);
        return await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<TResult> FinishAsync(ValueTask<TResult> results, SignedMessage message)
    {
        using (message)
        {
            return await results.ConfigureAwait(false);
        }
    }
}
