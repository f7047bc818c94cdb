using System.Collections.Immutable;

namespace EmailAuth.Reports.Feedback;

/// <summary>What a failure report adds to a feedback report (RFC 6591 section 3, RFC 9991). Immutable.</summary>
public sealed class AuthenticationFailure
{
    /// <summary>Which check failed.</summary>
    public FailedCheck Check { get; init; }

    /// <summary><c>Auth-Failure</c> as it is written; null when it is missing.</summary>
    public string? CheckText { get; init; }

    /// <summary>
    /// The mechanisms that did not authenticate an aligned identity, lower case: <c>dkim</c>, <c>spf</c> (RFC 9991, <c>Identity-Alignment</c>);
    /// empty for <c>none</c>; null when it is not said. Early drafts meant the opposite, so what an old sender says here proves nothing.
    /// </summary>
    public ImmutableArray<string>? UnalignedMechanisms { get; init; }

    /// <summary>What became of the message.</summary>
    public DeliveryResult Delivery { get; init; }

    /// <summary><c>Delivery-Result</c> as it is written; null when it is missing.</summary>
    public string? DeliveryText { get; init; }

    /// <summary><c>DKIM-Domain</c>: <c>d=</c> of the signature that failed; null when it is not said.</summary>
    public string? DkimDomain { get; init; }

    /// <summary><c>DKIM-Identity</c>: <c>i=</c> of the signature; null when it is not said.</summary>
    public string? DkimIdentity { get; init; }

    /// <summary><c>DKIM-Selector</c>: <c>s=</c> of the signature; null when it is not said.</summary>
    public string? DkimSelector { get; init; }

    /// <summary><c>DKIM-Canonicalized-Header</c> in base64 without white space; null when it is not said.</summary>
    public string? DkimCanonicalizedHeader { get; init; }

    /// <summary><c>DKIM-Canonicalized-Body</c> in base64 without white space; null when it is not said.</summary>
    public string? DkimCanonicalizedBody { get; init; }

    /// <summary><c>DKIM-Selector-DNS</c>: the key record; null when it is not said.</summary>
    public string? DkimSelectorDns { get; init; }

    /// <summary><c>DKIM-ADSP-DNS</c>: the policy record of RFC 5617; null when it is not said.</summary>
    public string? DkimAdspDns { get; init; }

    /// <summary><c>SPF-DNS</c>: the SPF records that were used, one a field.</summary>
    public ImmutableArray<string> SpfDns { get; init; } = [];

    /// <summary>The check and the domain.</summary>
    public override string ToString() => $"{CheckText} {DkimDomain}".TrimEnd();
}
