using System.Collections.Immutable;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Reports.Complaints;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Senders;

/// <summary>What a message of a domain shows of the rules that mailbox providers have for senders. Immutable.</summary>
public sealed class SampleMessage
{
    private (string Selector, DomainName Domain)[] _signers = [];
    private DomainName[] _validSigners = [];

    private SampleMessage()
    {
    }

    /// <summary>The domain of From; null when the message has no usable author.</summary>
    public DomainName? AuthorDomain { get; private init; }

    /// <summary>
    /// Whether SPF passes for a domain that aligns with the author's as its DMARC record asks (RFC 9989 section 4.4), relaxed without a record; null
    /// when SPF was not checked or is not decided.
    /// </summary>
    public bool? IsSpfAligned { get; private init; }

    /// <summary>
    /// Whether a valid signature is of a domain that aligns with the author's as its DMARC record asks, relaxed without a record; null when that is not
    /// decided.
    /// </summary>
    public bool? IsDkimAligned { get; private init; }

    /// <summary>Whether SPF passes, for whatever domain; null when SPF was not checked or is not decided.</summary>
    internal bool? IsSpfPassing { get; private init; }

    /// <summary>Whether a signature is valid, of whatever domain; null when that is not decided.</summary>
    internal bool? IsDkimPassing { get; private init; }

    /// <summary>Whether one click unsubscribes.</summary>
    public OneClickUnsubscribe OneClick { get; private init; }

    /// <summary>Whether Gmail can read Feedback-ID and a valid signature of the author's organization covers it; null without that field.</summary>
    public bool? HasFeedbackId { get; private init; }

    /// <summary>Whether providers may report complaints to CFBL-Address (RFC 9477 section 3.1); null without that field.</summary>
    public bool? HasFeedbackAddress { get; private init; }

    /// <summary>Whether the ARC chain passes; null when the message has none.</summary>
    public bool? IsArcPassing { get; private init; }

    /// <summary>All findings.</summary>
    public ImmutableArray<Finding> Findings { get; private init; } = [];

    /// <summary>The selectors of the signatures of a domain, whether or not they are valid.</summary>
    /// <param name="domain">The signing domain.</param>
    public ImmutableArray<string> SelectorsOf(DomainName domain) =>
        [.. _signers.Where(signer => signer.Domain == domain).Select(static signer => signer.Selector)];

    /// <summary>Whether it shows that a domain sends: as the author, authenticated, or with a valid signature of its own key for its organization.</summary>
    internal bool IsSentBy(DomainName domain) =>
        (AuthorDomain == domain && (IsSpfAligned == true || IsDkimAligned == true)) || _validSigners.Contains(domain);

    /// <summary>Reads an outcome and the header of its message.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="header">The header.</param>
    public static SampleMessage Of(AuthenticationOutcome outcome, HeaderBlock header)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(header);
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var author = outcome.Author.Domain;
        var signatures = outcome.Dkim?.Signatures ?? [];
        var own = author is null ? [] : signatures.Where(signature => IsOfOrganization(signature.Domain, author, outcome.Dmarc)).ToArray();
        var valid = own.Where(static signature => signature.Code == SignatureResultCode.Pass).ToArray();
        var spf = SpfAlignment(outcome, author);
        var dkim = DkimAlignment(outcome, author);
        if (author is not null && dkim == false)
        {
            Add(spf == false ? FindingSeverity.Error : FindingSeverity.Warning, spf == false ? FindingCode.MessageNotAligned : FindingCode.MessageNotSigned, author.ToString());
        }

        var arc = outcome.Arc?.Code;
        if (arc == ArcResultCode.Fail)
        {
            Add(FindingSeverity.Warning, FindingCode.ArcBroken, outcome.Arc!.Reason ?? "it fails");
        }

        return new SampleMessage
        {
            AuthorDomain = author,
            IsSpfAligned = spf,
            IsDkimAligned = dkim,
            IsSpfPassing = outcome.Spf is not { Client: not null } checkedSpf || checkedSpf.Code == SpfResultCode.TempError ? null : checkedSpf.Code == SpfResultCode.Pass,
            IsDkimPassing = signatures.Any(static signature => signature.Code == SignatureResultCode.Pass) ? true
                : signatures.Any(static signature => signature.Code == SignatureResultCode.TempError) ? null : false,
            _signers = [.. own.Where(static signature => signature.Selector is not null).Select(static signature => (signature.Selector!, signature.Domain!))],
            OneClick = ReadOneClick(header, valid, Add),
            HasFeedbackId = ReadFeedbackId(header, valid, Add),
            HasFeedbackAddress = ReadFeedbackAddress(header, author, [.. signatures.Where(static signature => signature.Code == SignatureResultCode.Pass)], Add),
            IsArcPassing = arc is null or ArcResultCode.None ? null : arc == ArcResultCode.Pass,
            _validSigners = Array.ConvertAll(valid, static signature => signature.Domain!),
            Findings = findings.ToImmutable(),
        };

        void Add(FindingSeverity severity, FindingCode code, string? argument = null) => findings.Add(new Finding
        {
            Code = code,
            Severity = severity,
            Name = author,
            Arguments = argument is null ? [] : [argument],
        });
    }

    private static OneClickUnsubscribe ReadOneClick(HeaderBlock header, DkimResult[] valid, Action<FindingSeverity, FindingCode, string?> add)
    {
        var unsubscribe = MessageFields.Values(header, "List-Unsubscribe"u8);
        var post = MessageFields.Values(header, "List-Unsubscribe-Post"u8);
        if (post.Count == 0)
        {
            // Only mail of lists and campaigns needs it. List-Unsubscribe alone is right for a list (RFC 2369), and no fault of its own.
            var isBulk = unsubscribe.Count + MessageFields.Values(header, "List-Id"u8).Count + MessageFields.Values(header, "Feedback-ID"u8).Count > 0;
            add(isBulk ? FindingSeverity.Warning : FindingSeverity.Note, FindingCode.OneClickAbsent, null);
            return OneClickUnsubscribe.Absent;
        }

        if (MessageFields.WhyNoOneClick(unsubscribe, post) is { } reason)
        {
            add(FindingSeverity.Error, FindingCode.OneClickInvalid, reason);
            return OneClickUnsubscribe.Invalid;
        }

        if (valid.Any(static signature => Covers(signature, "List-Unsubscribe") && Covers(signature, "List-Unsubscribe-Post")))
        {
            return OneClickUnsubscribe.Works;
        }

        add(FindingSeverity.Error, FindingCode.OneClickUnsigned, null);
        return OneClickUnsubscribe.Unsigned;
    }

    private static bool? ReadFeedbackId(HeaderBlock header, DkimResult[] valid, Action<FindingSeverity, FindingCode, string?> add)
    {
        if (MessageFields.Values(header, "Feedback-ID"u8) is not [var value, ..] values)
        {
            return null;
        }

        if ((values.Count > 1 ? "it appears more than once" : MessageFields.WhyNoFeedbackId(value)) is { } reason)
        {
            add(FindingSeverity.Warning, FindingCode.FeedbackIdInvalid, reason);
            return false;
        }

        if (valid.Any(static signature => Covers(signature, "Feedback-ID")))
        {
            return true;
        }

        add(FindingSeverity.Warning, FindingCode.FeedbackIdUnsigned, null);
        return false;
    }

    private static bool? ReadFeedbackAddress(HeaderBlock header, DomainName? author, DkimResult[] valid, Action<FindingSeverity, FindingCode, string?> add)
    {
        var values = MessageFields.Values(header, "CFBL-Address"u8);
        if (values.Count == 0 || author is null)
        {
            return null;
        }

        var identifiers = MessageFields.Values(header, "CFBL-Feedback-ID"u8).Count;
        var signers = valid.Where(signature => signature is { Domain: not null, Signature: not null, UnsignedBodyLength: 0 }
                && CfblRule.Count(signature.Signature.FieldNames, CfblRule.IdentifierField) >= identifiers)
            .Select(static signature => (Domain: signature.Domain!, Addresses: CfblRule.Count(signature.Signature!.FieldNames, CfblRule.AddressField))).ToArray();
        var isAllowed = true;
        for (var i = 0; i < values.Count; i++)
        {
            // A name in h= takes the fields from the bottom up (RFC 6376 section 5.4.2).
            var fromBottom = values.Count - i;
            DomainName[] covering = [.. signers.Where(signer => signer.Addresses >= fromBottom).Select(static signer => signer.Domain)];
            if (CfblRule.Read(values[i], out var reason) is not { Domain: var domain })
            {
                add(FindingSeverity.Error, FindingCode.CfblInvalid, reason);
                isAllowed = false;
            }
            else if (!CfblRule.IsPermitted(author, domain, covering))
            {
                add(FindingSeverity.Error, FindingCode.CfblUnsigned, domain.ToString());
                isAllowed = false;
            }
        }

        return isAllowed;
    }

    private static bool Covers(DkimResult signature, string field) =>
        signature.Signature?.FieldNames.Contains(field, StringComparer.OrdinalIgnoreCase) is true && signature.UnsignedBodyLength == 0;

    // Relaxed alignment, by DMARC's organizational domain. Where that is not known, only the domain itself counts.
    private static bool IsOfOrganization(DomainName? domain, DomainName author, DmarcResult? dmarc) => domain is not null
        && (domain == author || (dmarc?.OrganizationalDomain is { } organization && domain.IsEqualToOrBelow(organization)));

    private static bool? SpfAlignment(AuthenticationOutcome outcome, DomainName? author)
    {
        if (outcome.Spf is not { Client: not null } spf || author is null || spf.Code == SpfResultCode.TempError)
        {
            return null;
        }

        return spf is { Code: SpfResultCode.Pass, Domain: { } domain } ? IsAligned(IdentifierSource.Spf, domain, author, outcome.Dmarc) : false;
    }

    private static bool? DkimAlignment(AuthenticationOutcome outcome, DomainName? author)
    {
        if (author is null)
        {
            return false;
        }

        bool? aligned = false;
        foreach (var signature in outcome.Dkim?.Signatures ?? [])
        {
            if (signature is not { Code: SignatureResultCode.Pass or SignatureResultCode.TempError, Domain: { } domain })
            {
                continue;
            }

            var found = IsAligned(IdentifierSource.Dkim, domain, author, outcome.Dmarc);
            if (found == true && signature.Code == SignatureResultCode.Pass)
            {
                return true;
            }

            aligned = found == false ? aligned : null;
        }

        return aligned;
    }

    // As DMARC decided it: by the mode of the author's record, and with the organizational domain of the identifier itself.
    private static bool? IsAligned(IdentifierSource method, DomainName domain, DomainName author, DmarcResult? dmarc)
    {
        if (domain == author)
        {
            return true;
        }

        if (dmarc?.Alignments.FirstOrDefault(one => one.Identifier.Method == method && one.Identifier.Domain == domain) is { } alignment)
        {
            return alignment.IsAligned ? true : alignment.IsCompared || dmarc.Code == DmarcResultCode.Fail ? false : null;
        }

        // Without a record relaxed counts, which is the default; which record applies may be not known.
        return dmarc is { Code: DmarcResultCode.TempError } ? null : IsOfOrganization(domain, author, dmarc);
    }
}
