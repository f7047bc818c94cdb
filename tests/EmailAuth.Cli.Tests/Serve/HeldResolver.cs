using EmailAuth.Dns;

namespace EmailAuth.Cli.Tests.Serve;

/// <summary>A DNS that answers when the test lets it.</summary>
internal sealed class HeldResolver(IDnsResolver inner) : IDnsResolver
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the first question is asked.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Lets every question be answered.</summary>
    public void Release() => _released.TrySetResult();

    public async ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        _asked.TrySetResult();
        await _released.Task.WaitAsync(cancellationToken);
        return await inner.QueryAsync(question, cancellationToken);
    }
}
