namespace EmailAuth.Signatures;

/// <summary>The verification of one message's signatures, begun when its header has ended.</summary>
/// <typeparam name="TResult">The result.</typeparam>
internal interface ISignatureVerification<TResult>
{
    /// <summary>Decides, once the body's hashes are complete. Waits for keys that have not arrived.</summary>
    ValueTask<TResult> CompleteAsync(CancellationToken cancellationToken);
}
