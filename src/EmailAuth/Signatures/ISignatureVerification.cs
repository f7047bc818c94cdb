namespace EmailAuth.Signatures;

/// <summary>The verification of one message's signatures, begun when its header has ended.</summary>
/// <typeparam name="TResult">What it comes to.</typeparam>
internal interface ISignatureVerification<TResult>
{
    /// <summary>Decides, once the body's hashes are complete. Waits for keys that are still on their way.</summary>
    ValueTask<TResult> CompleteAsync(CancellationToken cancellationToken);
}
