using EmailAuth.Dns;

namespace EmailAuth.Signatures;

/// <summary>A signature that is being verified: what is known of its key.</summary>
internal interface IKeyedCheck
{
    /// <summary>Whether the result depends on the key.</summary>
    bool NeedsKey { get; }

    DnsQuestion KeyQuestion { get; }

    /// <summary>The answer to the question for the key; null before it has arrived.</summary>
    DnsResponse? Key { get; set; }
}
