using EmailAuth.Dns;

namespace EmailAuth.Signatures;

/// <summary>A signature on its way to a result, as far as its key goes.</summary>
internal interface IKeyedCheck
{
    /// <summary>Whether there is no result without the key.</summary>
    bool NeedsKey { get; }

    DnsQuestion KeyQuestion { get; }

    /// <summary>The answer to the question for the key; null before it is there.</summary>
    DnsResponse? Key { get; set; }
}
