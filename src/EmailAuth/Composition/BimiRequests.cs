using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Composition;

/// <summary>Gives BIMI, which does not know DMARC, what DMARC found; also for callers without a pipeline.</summary>
public static class BimiRequests
{
    private const string SelectorField = "bimi-selector";

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
        var request = From(dmarc, null, null, [], trustedArcPassed: false) with
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

    internal static BimiRequest From(
        DmarcResult dmarc, Author? author, DkimResults? dkim, ImmutableArray<string> selectorFields, bool trustedArcPassed) => new()
        {
            // DMARC accepts several addresses of one domain; BIMI does not (BIMI draft section 7.1).
            AuthorDomain = author?.AddressCount > 1 ? null : dmarc.AuthorDomain,
            AuthorDefect = author?.AddressCount > 1 ? $"the From field has {author.AddressCount} addresses" : author?.Reason,
            AuthorLocalPart = author?.LocalPart,
            OrganizationalDomain = dmarc.OrganizationalDomain,
            DmarcResult = dmarc.Code.Keyword(),
            TrustedArcPassed = trustedArcPassed,
            RestsOnTestingKey = dkim is not null && RestsOnTestingKey(dmarc, dkim),
            AppliedPolicy = dmarc is { IsPolicyAssumed: false, PublishedPolicy: { } policy } ? Of(policy) : null,
            AuthorRecord = RecordAt(dmarc, dmarc.AuthorDomain),
            OrganizationalRecord = dmarc.OrganizationalDomain == dmarc.AuthorDomain ? null : RecordAt(dmarc, dmarc.OrganizationalDomain),
            SelectorFields = selectorFields,
            IsSelectorSigned = selectorFields.Length == 1 && IsSelectorSigned(dmarc, dkim),
        };

    private static BimiDmarcRecord? RecordAt(DmarcResult dmarc, DomainName? domain)
    {
        foreach (var lookup in dmarc.Walk)
        {
            if (lookup.Domain == domain && lookup.Record is { } record)
            {
                return new BimiDmarcRecord
                {
                    Policy = Of(record.PolicyFor(DmarcPolicyTag.Domain)),
                    SubdomainPolicy = record.SubdomainPolicy is { } policy ? Of(policy) : null,
                    Percentage = PercentageOf(record),
                    IsTesting = record.IsTesting,
                };
            }
        }

        return null;
    }

    // pct is a tag of RFC 7489 that RFC 9989 no longer defines; a domain that publishes it does not enforce its policy (BIMI draft section 7.1).
    private static int? PercentageOf(DmarcRecord record)
    {
        // Few records have it, and a record is read once for many messages.
        if (!record.Text.Contains("pct", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        // As DMARC reads it: what is not a tag is ignored, and reading goes on.
        var reader = new DmarcTagReader(record.Text, 0);
        while (reader.TryRead(out var tag, out _))
        {
            if (tag.Name.Equals("pct", StringComparison.OrdinalIgnoreCase) && int.TryParse(tag.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var percentage))
            {
                return percentage;
            }
        }

        return null;
    }

    private static bool IsSelectorSigned(DmarcResult dmarc, DkimResults? dkim) =>
        dkim is not null
        && FirmSignatures(dmarc, dkim).Any(static signature => signature.Signature!.FieldNames.Contains(SelectorField, StringComparer.OrdinalIgnoreCase));

    private static bool RestsOnTestingKey(DmarcResult dmarc, DkimResults dkim)
    {
        var isAligned = false;
        foreach (var alignment in dmarc.Alignments)
        {
            if (alignment.Counts && alignment.Identifier.Method != IdentifierSource.Dkim)
            {
                return false;
            }

            isAligned |= alignment.Counts;
        }

        return isAligned && !FirmSignatures(dmarc, dkim).Any();
    }

    // The signatures that BIMI may rely on: they pass and align, and their key does not say that the domain is testing.
    private static IEnumerable<DkimResult> FirmSignatures(DmarcResult dmarc, DkimResults dkim)
    {
        var aligned = dmarc.Alignments
            .Where(static alignment => alignment.Counts && alignment.Identifier.Method == IdentifierSource.Dkim)
            .Select(static alignment => alignment.Identifier.Domain)
            .ToHashSet();
        return aligned.Count == 0
            ? []
            : dkim.Signatures.Where(signature => signature is { Code: SignatureResultCode.Pass, IsTesting: false } && aligned.Contains(signature.Domain!));
    }

    private static BimiPolicy Of(DmarcPolicy policy) => policy switch
    {
        DmarcPolicy.Reject => BimiPolicy.Reject,
        DmarcPolicy.Quarantine => BimiPolicy.Quarantine,
        DmarcPolicy.None => BimiPolicy.None,
        _ => throw new UnreachableException(),
    };
}
