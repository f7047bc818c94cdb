using EmailAuth.Dns;

namespace EmailAuth.Hosting;

/// <summary>What <see cref="EmailAuthServiceCollectionExtensions.AddEmailAuth"/> registers.</summary>
public sealed class EmailAuthServiceOptions
{
    /// <summary>How messages are judged. Required.</summary>
    public AuthenticationOptions? Authentication { get; set; }

    /// <summary>The DNS to ask; null for the system's servers. A resolver registered as a service goes before it.</summary>
    public IDnsResolver? Resolver { get; set; }
}
