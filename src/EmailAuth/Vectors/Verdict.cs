using EmailAuth.Arc;
using EmailAuth.Dmarc;
using EmailAuth.Signatures;
using EmailAuth.Spf;

namespace EmailAuth.Vectors;

/// <summary>An outcome in the keywords that vectors and batch results use; null for what was not checked.</summary>
internal sealed class Verdict(AuthenticationOutcome outcome)
{
    /// <summary>What SPF says where there is nothing to check: no client's address, or neither HELO nor MAIL FROM (RFC 7208 section 2.6.1).</summary>
    public const string NothingToCheck = "none";

    /// <summary>SPF of MAIL FROM, or of HELO when there was no MAIL FROM.</summary>
    public string? Spf => DecidingSpf?.Code.Keyword();

    public string? SpfDomain => DecidingSpf?.Domain?.ToString();

    public string? SpfExplanation => DecidingSpf?.Explanation;

    /// <summary>The result of the lowest DKIM-Signature field; none when there is no such field.</summary>
    public string? DkimLast => outcome.Dkim is not { } dkim ? null : (dkim.Signatures is [.., var last] ? last.Code : SignatureResultCode.None).Keyword();

    public string? DkimBest => outcome.Dkim is not { } dkim ? null : dkim.Code.Keyword();

    public string? Dmarc => outcome.Dmarc?.ToMethodResult().Result;

    public string? DmarcPolicy => outcome.Dmarc?.PublishedPolicy is { } policy ? DmarcResult.Keyword(policy) : null;

    public string? DmarcDisposition => outcome.Dmarc is { } dmarc ? DmarcResult.Keyword(dmarc.AppliedDisposition) : null;

    public string? DmarcOrgDomain => outcome.Dmarc?.OrganizationalDomain?.ToString();

    public string? Arc => outcome.Arc is { } arc ? ArcResult.NameOf(arc.Code) : null;

    public string? Bimi => outcome.Bimi?.ToMethodResult().Result;

    public string? Iprev => outcome.Iprev?.ToMethodResult().Result;

    /// <summary>The field's value in one line.</summary>
    public string AuthenticationResults => Unfold(outcome.HeaderValue);

    /// <summary>RFC 5322 section 2.2.3: takes the line ends and leaves the white space.</summary>
    public static string Unfold(string value) => value.Replace("\r\n", string.Empty, StringComparison.Ordinal);

    private SpfResult? DecidingSpf => outcome.Spf ?? outcome.SpfHelo;
}
