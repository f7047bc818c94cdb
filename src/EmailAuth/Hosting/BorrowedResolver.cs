using EmailAuth.Dns;

namespace EmailAuth.Hosting;

/// <summary>A resolver of the caller as a service. The container disposes of what it gets from a factory, and this has nothing to dispose of.</summary>
internal sealed class BorrowedResolver(IDnsResolver lender) : IDnsResolver
{
    private IDnsResolver Lender => lender;

    /// <summary>A caller's resolver in a form that the container does not dispose of.</summary>
    public static IDnsResolver Of(IDnsResolver resolver) => resolver is IDisposable or IAsyncDisposable ? new BorrowedResolver(resolver) : resolver;

    /// <summary>The caller's own resolver, where a form of it was made.</summary>
    public static IDnsResolver LenderOf(IDnsResolver resolver) => resolver is BorrowedResolver borrowed ? borrowed.Lender : resolver;

    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) => lender.QueryAsync(question, cancellationToken);
}
