using EmailAuth.Dns;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>Lets every question wait, whoever gives up, until it answers all of them at once.</summary>
internal sealed class DeafResolver : IDnsResolver
{
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Answer() => _answer.SetResult();

    public async ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        await _answer.Task;
        return DnsResponse.NameError();
    }
}
