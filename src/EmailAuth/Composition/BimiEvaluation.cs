using EmailAuth.Bimi;
using EmailAuth.Dmarc;

namespace EmailAuth.Composition;

/// <summary>BIMI for callers without a pipeline: it rests on what DMARC found, and knows nothing of DMARC itself.</summary>
public static class BimiEvaluation
{
    // What a domain that enforces its policy publishes, as far as BIMI's requirements go (BIMI draft section 7.1).
    private static readonly BimiDmarcRecord Enforced = new() { Policy = BimiPolicy.Reject };

    /// <summary>Evaluates BIMI for the author domain that DMARC judged.</summary>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="dmarc">What DMARC found.</param>
    /// <param name="selector">The selector that a signed BIMI-Selector field names, or null for none: then it is <c>default</c>.</param>
    /// <param name="localPart">The local-part of the author's address, for records that choose by it (<c>lps</c>), or null when it is not known.</param>
    /// <param name="ignoresPolicy">
    /// Whether the record is judged as if DMARC had passed under an enforced policy: for showing domain owners what they publish, never for mail.
    /// </param>
    /// <param name="cancellationToken">Ends the evaluation.</param>
    public static ValueTask<BimiResult> EvaluateAsync(
        this BimiEvaluator evaluator,
        DmarcResult dmarc,
        string? selector = null,
        string? localPart = null,
        bool ignoresPolicy = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(dmarc);
        var request = BimiRequests.From(dmarc) with
        {
            AuthorLocalPart = localPart,
            SelectorFields = selector is null ? [] : [$"v=BIMI1; s={selector}"],
            IsSelectorSigned = selector is not null,
        };
        return evaluator.EvaluateAsync(
            ignoresPolicy
                ? request with { DmarcResult = "pass", AppliedPolicy = BimiPolicy.Reject, AuthorRecord = Enforced, OrganizationalRecord = Enforced }
                : request,
            cancellationToken);
    }
}
