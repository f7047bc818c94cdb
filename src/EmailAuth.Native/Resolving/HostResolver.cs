using EmailAuth.Dns;
using EmailAuth.Native.Exports;

namespace EmailAuth.Native.Resolving;

/// <summary>Asks the caller's own resolver, by a callback. Thread-safe.</summary>
internal sealed class HostResolver(nint function, nint userData) : IDnsResolver
{
    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<DnsResponse>(cancellationToken);
        }

        var query = new HostQuery(question, function, userData);
        query.Begin(Handle.Table.Add(query), cancellationToken);

        // Never on the thread of the asking call: the caller may hold a lock that its callback needs.
        ThreadPool.UnsafeQueueUserWorkItem(static asked => asked.Ask(), query, preferLocal: false);
        return new ValueTask<DnsResponse>(query.Answer);
    }
}
