using System.Net;
using System.Net.Sockets;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>
/// Turns whatever a resolver throws, and an answer that is none, into a temporary failure: for evaluators that are used without a pipeline,
/// whose <see cref="MessageResolver"/> does the same.
/// </summary>
internal sealed class GuardedResolver : IDnsResolver
{
    private readonly IDnsResolver _inner;

    private GuardedResolver(IDnsResolver inner) => _inner = inner;

    /// <summary>The resolver itself when it is one of ours, which do not throw; otherwise the same behind a guard.</summary>
    /// <param name="resolver">The resolver. Null is passed on, for whoever takes it to refuse.</param>
    public static IDnsResolver Of(IDnsResolver resolver) =>
        resolver is null or DnsClientResolver or ZoneResolver or MessageResolver or GuardedResolver ? resolver! : new GuardedResolver(resolver);

    /// <inheritdoc/>
    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        Guard(name, static (inner, name, token) => inner.QueryTextAsync(name, token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        Guard(name, static (inner, name, token) => inner.QueryMailHostsAsync(name, token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        family == AddressFamily.InterNetwork
            ? Guard(name, static (inner, name, token) => inner.QueryAddressesAsync(name, AddressFamily.InterNetwork, token), cancellationToken)
            : Guard(name, static (inner, name, token) => inner.QueryAddressesAsync(name, AddressFamily.InterNetworkV6, token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        Guard(address, static (inner, address, token) => inner.QueryPointersAsync(address, token), cancellationToken);

    private ValueTask<DnsResponse<T>> Guard<T, TSubject>(
        TSubject subject, Func<IDnsResolver, TSubject, CancellationToken, ValueTask<DnsResponse<T>>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return AwaitAsync(ask(_inner, subject, cancellationToken), subject, cancellationToken);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return AwaitAsync(ValueTask.FromException<DnsResponse<T>>(e), subject, cancellationToken);
        }
    }

    private static async ValueTask<DnsResponse<T>> AwaitAsync<T>(ValueTask<DnsResponse<T>> query, object? subject, CancellationToken cancellationToken)
    {
        try
        {
            return await query.ConfigureAwait(false) ?? ResolverFault.NoResponse<T>(subject);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return cancellationToken.IsCancellationRequested ? throw new OperationCanceledException(cancellationToken) : ResolverFault.Of<T>(subject, e);
        }
    }
}
