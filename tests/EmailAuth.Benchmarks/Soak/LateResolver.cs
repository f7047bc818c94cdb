using EmailAuth.Dns;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>Answers from another thread than the one that asks. It keeps nothing of what it is asked, so that hours of questions leave no trace.</summary>
internal sealed class LateResolver(IDnsResolver inner) : IDnsResolver
{
    public async ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await inner.QueryAsync(question, cancellationToken);
    }
}
