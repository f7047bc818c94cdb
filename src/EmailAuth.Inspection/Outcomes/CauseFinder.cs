using System.Collections.Immutable;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Signatures;
using EmailAuth.Spf;

namespace EmailAuth.Inspection.Outcomes;

/// <summary>Finds the causes of a verdict, in the order in which they are shown.</summary>
internal sealed class CauseFinder(AuthenticationOutcome outcome, HeaderBlock? header, ImmutableArray<EarlierReport> earlier)
{
    // A message can have hundreds of signatures, each with its own fault.
    private const int MaxCauses = 8;

    private readonly List<OutcomeCause> _causes = [];

    private string Author => outcome.Author.Domain?.ToString() ?? "the author domain";

    public ImmutableArray<OutcomeCause> Find()
    {
        if (outcome.Dmarc is { Code: DmarcResultCode.Pass } dmarc)
        {
            AddOfPass(dmarc);
        }
        else
        {
            AddOfAuthor();
            AddOfPolicy();
            AddOfMessage();
        }

        if (_causes.Count == 0)
        {
            Add(CauseCode.Other, outcome.Dmarc?.Reason ?? outcome.Disposition.Reason);
        }

        return [.. _causes.DistinctBy(static cause => (cause.Code, cause.Text)).Take(MaxCauses)];
    }

    private void AddOfPass(DmarcResult dmarc)
    {
        var methods = dmarc.Alignments.Where(static alignment => alignment.Counts)
            .Select(static alignment => alignment.Identifier.Method).Distinct().Order().ToList();
        var names = methods.Select(static method => method == IdentifierSource.Spf ? "SPF" : "DKIM");
        Add(CauseCode.Passes, Author, methods.Count == 0 ? "DMARC" : string.Join(" and ", names));
        foreach (var signature in outcome.Dkim?.Signatures ?? [])
        {
            if (signature is { Code: SignatureResultCode.Pass, KeyBits: < 2048, Signature: { KeyName: { } key } } && IsRsa(signature))
            {
                Add(CauseCode.KeyWeak, SignatureCauses.DomainOf(signature), key.ToString(), SignatureCauses.BitsOf(signature));
            }
        }

        if (methods is [IdentifierSource.Spf])
        {
            Add(CauseCode.PassesBySpfAlone, Author);
            AddOfSignatures();
        }
    }

    private void AddOfAuthor()
    {
        if (outcome.HeaderLimit is { } limit)
        {
            Add(CauseCode.LimitExceeded, limit);
        }

        switch (outcome.Author.ReasonCode)
        {
            case null or "header_limit":
                break;
            case "no_field":
                Add(CauseCode.AuthorMissing);
                break;
            case "several_fields" or "several_domains":
                Add(CauseCode.AuthorSeveral, string.Join(", ", outcome.Author.Domains));
                break;
            default:
                Add(CauseCode.AuthorUnusable, outcome.Author.Reason ?? string.Empty);
                break;
        }
    }

    private void AddOfPolicy()
    {
        if (outcome.Dmarc is not { } dmarc)
        {
            return;
        }

        switch (dmarc.ReasonCode)
        {
            case "no_record" when dmarc.Walk.FirstOrDefault(static step => step.Outcome == "several_records") is { } several:
                Add(CauseCode.DmarcSeveralRecords, several.Domain.ToString());
                break;
            case "no_record":
                Add(CauseCode.DmarcNoRecord, Author);
                break;
            case "invalid_policy":
                Add(CauseCode.DmarcRecordUnusable, dmarc.PolicyDomain?.ToString() ?? Author);
                break;
            case "spf_not_checked":
                Add(CauseCode.AddressNotGiven);
                break;
            default:
                if (dmarc.Code == DmarcResultCode.TempError)
                {
                    Add(CauseCode.DnsFailure, dmarc.Reason ?? string.Empty);
                }

                break;
        }
    }

    private void AddOfMessage()
    {
        var signatures = outcome.Dkim?.Signatures ?? [];
        var fails = signatures.Any(static signature => signature.Code != SignatureResultCode.Pass);
        if (fails && (outcome.HeaderDefects & (HeaderDefects.BareCarriageReturn | HeaderDefects.BareLineFeed)) != HeaderDefects.None)
        {
            Add(CauseCode.LineEndsBroken);
        }

        if (IsPerhapsForged())
        {
            Add(CauseCode.PerhapsForged, Author, outcome.Spf?.Client?.ToString() ?? "the client");
        }

        AddOfSignatures();
        AddOfSpf();
        if (outcome.Dkim is not null && signatures.IsEmpty)
        {
            Add(CauseCode.NoSignature, Author);
        }

        AddOfChain();
        if (outcome.HasConvertedLineEnds && signatures.Any(static signature => signature.BodyCheck == DkimCheck.Differs))
        {
            Add(CauseCode.LineEndsConverted);
        }
    }

    // The aligned signatures come first: DMARC would have needed one of them.
    private void AddOfSignatures()
    {
        if (outcome.Dkim is not { } dkim)
        {
            return;
        }

        var causes = new SignatureCauses(MailingList.Of(header));
        var byAlignment = dkim.Signatures.ToLookup(signature => IsAligned(IdentifierSource.Dkim, signature.Domain?.ToString()));
        foreach (var signature in byAlignment[true].Where(static signature => signature.Code != SignatureResultCode.Pass))
        {
            _causes.Add(causes.Of(signature));
        }

        foreach (var signature in byAlignment[false])
        {
            if (signature.Code != SignatureResultCode.Pass)
            {
                _causes.Add(causes.Of(signature));
            }
            else if (outcome.Dmarc is { Record: not null, Code: DmarcResultCode.Fail })
            {
                Add(CauseCode.SignedByOther, SignatureCauses.DomainOf(signature), Author);
            }
        }
    }

    private void AddOfSpf()
    {
        if (outcome.Spf is not { } spf)
        {
            return;
        }

        var domain = spf.Domain?.ToString() ?? "the sender";
        var client = spf.Client?.ToString() ?? "the client";
        switch (spf.ReasonCode)
        {
            case "no_client":
                Add(CauseCode.AddressNotGiven);
                break;
            case "no_record":
                Add(CauseCode.SpfNoRecord, domain, client);
                break;
            case "lookup_limit" or "void_lookup_limit" or "mail_host_limit":
                Add(CauseCode.SpfTooManyLookups, domain, client, spf.Reason);
                break;
            case "several_records" or "record_syntax" or "record_too_long" or "invalid_target" or "target_without_record":
                Add(CauseCode.SpfRecordBroken, domain, client, spf.Reason);
                break;
            case "dns_failure" or "time_limit":
                Add(CauseCode.DnsFailure, spf.Reason);
                break;
            default:
                AddOfSpfMatch(spf, domain, client);
                break;
        }
    }

    private void AddOfSpfMatch(SpfResult spf, string domain, string client)
    {
        if (spf.Code is SpfResultCode.Fail or SpfResultCode.SoftFail or SpfResultCode.Neutral)
        {
            Add(WasForwarded() ? CauseCode.SpfForwarded : CauseCode.SpfNotListed, domain, client);
        }
        else if (spf.Code == SpfResultCode.Pass && outcome.Dmarc is { Record: not null, Code: DmarcResultCode.Fail }
            && !IsAligned(IdentifierSource.Spf, spf.Domain?.ToString()))
        {
            Add(CauseCode.SpfOtherDomain, domain, Author);
        }
    }

    private void AddOfChain()
    {
        if (outcome.Arc is not { HighestInstance: > 0 } arc)
        {
            return;
        }

        if (arc.Code == ArcResultCode.Fail)
        {
            Add(CauseCode.ChainBroken, arc.Reason ?? string.Empty);
        }
        else if (outcome.Dmarc is { Code: DmarcResultCode.Fail, Override: null } && SealerTrust.SealersToTrust(arc, outcome.Author.Domain) is { IsEmpty: false } sealers)
        {
            Add(CauseCode.SealedByUntrusted, string.Join(", ", sealers));
        }
    }

    // Only what this host checked counts against a forgery: a message with a broken signature of its author, or one that an earlier host saw pass,
    // was more probably changed on its way.
    private bool IsPerhapsForged() =>
        outcome is { Dmarc: { Code: DmarcResultCode.Fail }, Spf: { Code: SpfResultCode.Fail or SpfResultCode.SoftFail }, Dkim: { } dkim }
        && outcome.Arc is not { Code: ArcResultCode.Pass }
        && !dkim.Signatures.Any(signature => signature.Code == SignatureResultCode.Pass || IsAligned(IdentifierSource.Dkim, signature.Domain?.ToString()))
        && !earlier.Any(static report => report.Find("dmarc") is { Result: "pass" });

    private bool WasForwarded() =>
        outcome.Arc is { Code: ArcResultCode.Pass } || earlier.Any(static report => report.Find("spf") is { Result: "pass" }) || MailingList.Of(header) is not null;

    private bool IsAligned(IdentifierSource method, string? domain) =>
        outcome.Dmarc?.Alignments.Any(alignment => alignment.IsAligned && alignment.Identifier.Method == method && alignment.Identifier.Domain.ToString() == domain) is true;

    private static bool IsRsa(DkimResult signature) => signature.Signature?.AlgorithmName.StartsWith("rsa", StringComparison.OrdinalIgnoreCase) is true;

    private void Add(CauseCode code, params ImmutableArray<string> arguments) => _causes.Add(new OutcomeCause { Code = code, Arguments = arguments });
}
