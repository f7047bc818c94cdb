using EmailAuth.Dns;

namespace EmailAuth.Hosting;

/// <summary>What <c>AddEmailAuth</c> registers.</summary>
public sealed class EmailAuthServiceOptions
{
    /// <summary>How messages are judged. Required.</summary>
    public AuthenticationOptions? Authentication { get; set; }

    /// <summary>How the DNS is asked where no <see cref="Resolver"/> is given. Default: the system's servers.</summary>
    public StubResolverOptions Dns { get; set; } = StubResolverOptions.Default;

    /// <summary>
    /// The resolver to ask; null for one by <see cref="Dns"/>. A resolver registered as a service goes before it. It stays the caller's: the container does not
    /// dispose of it.
    /// </summary>
    public IDnsResolver? Resolver { get; set; }
}
