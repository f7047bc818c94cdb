namespace EmailAuth.Dns;

/// <summary>Makes the resolver that library, milter, command and C interface use where no other is given.</summary>
public static class DefaultResolver
{
    /// <summary>Makes the resolver.</summary>
    /// <param name="options">Which servers, and how; null for the system's servers.</param>
    /// <param name="timeProvider">The clock by which answers expire; null for the system's.</param>
    public static IDnsResolver Create(DnsClientResolverOptions? options = null, TimeProvider? timeProvider = null) =>
        new DnsClientResolver(options, timeProvider);
}
