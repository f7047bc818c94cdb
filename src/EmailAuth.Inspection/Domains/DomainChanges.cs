using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Dns;
using EmailAuth.Inspection.Dmarc;
using EmailAuth.Inspection.Spf;
using EmailAuth.Inspection.Transport;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Domains;

/// <summary>Makes of findings what to change, with the record to publish where it is known and has passed the check.</summary>
internal sealed class DomainChanges(
    DomainParts parts, ImmutableArray<Finding> findings, DomainProfile profile, IDnsResolver answers, TimeProvider timeProvider)
{
    private static readonly FindingCode[] NoSpf = [FindingCode.SpfNoTexts, FindingCode.SpfNoRecord, FindingCode.SpfNameMissing];

    private static readonly FindingCode[] MostHarmful = [FindingCode.DkimPrivateKey, FindingCode.SpfPassAll, FindingCode.SpfOpenNetwork];

    private readonly DomainName _domain = parts.Domain;
    private readonly List<DomainChange> _changes = [];
    private readonly HashSet<Finding> _done = [];
    private readonly RecordPlaces _places = new(parts.Domain, answers);

    public async Task<ImmutableArray<DomainChange>> MakeAsync(CancellationToken cancellationToken)
    {
        await _places.ReadAsync(cancellationToken).ConfigureAwait(false);
        await ChangeSpfAsync(cancellationToken).ConfigureAwait(false);
        await ChangeDmarcAsync(cancellationToken).ConfigureAwait(false);
        ChangeMailHosts();
        ChangeTransport();
        foreach (var group in findings.Where(finding => !_done.Contains(finding)).GroupBy(static finding => (finding.Code, finding.Name)))
        {
            var first = group.First();
            if (first.Action != "nothing")
            {
                _changes.Add(new DomainChange { Text = $"{first.Action}{_places.EndOf(first)}", Severity = group.Max(static finding => finding.Severity), Codes = [first.Code], Name = first.Name?.ToString() });
            }
        }

        return [.. _changes.OrderBy(static change => change.Codes.Min(Harm)).ThenByDescending(static change => change.Severity).ThenBy(static change => change.Codes.Min(Area))];
    }

    // What lets anyone send in the name of the domain comes before everything else.
    private static int Harm(FindingCode code) => Array.IndexOf(MostHarmful, code) is var index and >= 0 ? index : MostHarmful.Length;

    // Then: what has mail refused, before what only protects it.
    private static int Area(FindingCode code)
    {
        var word = code.Keyword();
        string[] areas = ["message-", "ptr-", "helo-", "spf-", "dkim-", "dmarc-", "mx-", "one-", "complaint-", "sts-", "tls-", "role-", "bimi-"];
        return Array.FindIndex(areas, area => word.StartsWith(area, StringComparison.Ordinal)) is var index and >= 0 ? index : areas.Length;
    }

    private async Task ChangeSpfAsync(CancellationToken cancellationToken)
    {
        var root = parts.Spf.Root;
        if (Of(FindingCode.SpfUnsentMissing, FindingCode.SpfUnsentAllows) is { Length: > 0 } unsent)
        {
            await AddSpfAsync("publish that no client sends mail of the domain", "v=spf1 -all", unsent, cancellationToken).ConfigureAwait(false);
        }
        else if (Of(NoSpf) is { Length: > 0 } missing)
        {
            await AddSpfAsync("publish an SPF record with the hosts that send; ~all until the reports show that none is missing", FirstSpf(), missing, cancellationToken).ConfigureAwait(false);
        }
        else if (Of(FindingCode.SpfSeveralRecords) is { Length: > 0 } several)
        {
            if (RecordEdit.JoinedSpf(root.Records.Select(static record => record.Text).Where(SpfRecord.IsSpfRecord)) is { } joined)
            {
                await AddSpfAsync("replace all SPF records by one", joined, several, cancellationToken).ConfigureAwait(false);
            }
        }
        else if (root.Record is { } record)
        {
            var own = findings.Where(finding => finding.Name == _domain && RecordEdit.CorrectsSpf(finding.Code)).ToArray();
            var unlisted = Of(FindingCode.SpfAddressNotListed);
            if (own.Length + unlisted.Length > 0)
            {
                var text = unlisted.Aggregate(RecordEdit.Spf(record, own), static (text, finding) => WithAddress(text, finding.Arguments[0]));
                await AddSpfAsync("replace the SPF record", text, [.. own, .. unlisted], cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Before the first record is published, the mail hosts are the only senders that the DNS knows.
    private string FirstSpf()
    {
        var given = parts.Addresses.Where(static address => address.IsGiven).Select(static address => address.Address.ToString()).ToArray();
        var hosts = parts.MailHosts is { IsNull: false, IsImplicit: false, Hosts.IsEmpty: false } ? " mx" : parts.MailHosts.IsImplicit ? " a" : string.Empty;
        return given.Aggregate($"v=spf1{(given.Length > 0 ? string.Empty : hosts)} ~all", WithAddress);
    }

    private static string WithAddress(string text, string address) =>
        text.Insert("v=spf1".Length, $" {(address.Contains(':', StringComparison.Ordinal) ? "ip6" : "ip4")}:{address}");

    private async Task AddSpfAsync(string what, string text, Finding[] ended, CancellationToken cancellationToken)
    {
        if (_places.IsAlias(_domain))
        {
            return;
        }

        var overlay = new OverlayResolver(answers, _domain, text, "v=spf");
        var inspection = await SpfInspector.InspectAsync(_domain, overlay, cancellationToken: cancellationToken).ConfigureAwait(false);
        Finding[] left = [.. inspection.Findings, .. SpfReach.Findings(inspection.Root)];
        Add(what, _domain.ToString(), text, ended, left);
    }

    private async Task ChangeDmarcAsync(CancellationToken cancellationToken)
    {
        if (_domain.Prepend("_dmarc") is not { } name)
        {
            return;
        }

        if (Of(FindingCode.DmarcSeveralRecords) is { Length: > 0 } several)
        {
            KeepOneDmarc(several);
            return;
        }

        var reports = $"dmarc-reports@{_domain}";
        if (Of(FindingCode.DmarcNoPolicy) is { Length: > 0 } missing)
        {
            await AddDmarcAsync(
                profile == DomainProfile.Sends ? $"publish a DMARC record; create {reports} first, and read the reports before a stricter policy" : "publish that mail in the name of the domain is to be rejected",
                name,
                profile == DomainProfile.Sends ? $"v=DMARC1; p=none; rua=mailto:{reports}" : "v=DMARC1; p=reject",
                missing,
                cancellationToken).ConfigureAwait(false);
            return;
        }

        if (Of(FindingCode.DmarcUnsentWeak) is { Length: > 0 } weak && parts.Dmarc.Result.PolicyDomain == _domain)
        {
            await AddDmarcAsync("replace the DMARC record", name, "v=DMARC1; p=reject", weak, cancellationToken).ConfigureAwait(false);
            return;
        }

        var own = findings.Where(finding => finding.Name == name && RecordEdit.CorrectsDmarc(finding.Code)).ToArray();
        if (parts.Dmarc.Result.Record is not { } record || parts.Dmarc.Result.PolicyDomain != _domain)
        {
            return;
        }

        if (Of(FindingCode.DmarcPolicyNone) is { Length: > 0 } open && own.Length == 0)
        {
            await AddDmarcAsync(
                "when the reports show only your own senders, replace the DMARC record; later use p=reject", name, RecordEdit.WithPolicy(record, "quarantine"), open, cancellationToken)
                .ConfigureAwait(false);
        }
        else if (own.Length > 0)
        {
            var lacksReports = own.Any(static finding => finding.Code == FindingCode.DmarcNoReports);
            var what = lacksReports ? $"replace the DMARC record; create {reports} first" : "replace the DMARC record";
            await AddDmarcAsync(what, name, RecordEdit.Dmarc(record, own, lacksReports ? reports : null), own, cancellationToken).ConfigureAwait(false);
        }
    }

    // RFC 9989 section 4.10: of several records at a name none counts, and it is not known which one is meant. What is found in one of them, or follows
    // from none of them being there, gives no advice of its own.
    private void KeepOneDmarc(Finding[] several)
    {
        foreach (var finding in several)
        {
            Finding[] ended =
            [
                .. findings.Where(other => other.Name == finding.Name && !_done.Contains(other)),
                .. Of(FindingCode.DmarcNoPolicy, FindingCode.DmarcUnsentWeak),
            ];
            _done.UnionWith(ended);
            _changes.Add(new DomainChange
            {
                Text = $"keep one DMARC record at {finding.Name}, and remove the others{_places.EndOf(finding)}",
                Severity = finding.Severity,
                Codes = [.. ended.Select(static other => other.Code).Distinct()],
                Name = finding.Name?.ToString(),
            });
        }
    }

    private async Task AddDmarcAsync(string what, DomainName name, string text, Finding[] ended, CancellationToken cancellationToken)
    {
        if (_places.IsAlias(name))
        {
            return;
        }

        var overlay = new OverlayResolver(answers, name, text, "v=DMARC");
        var inspection = await DmarcInspector.InspectAsync(_domain, overlay, cancellationToken: cancellationToken).ConfigureAwait(false);
        Add(what, name.ToString(), text, ended, [.. inspection.OwnFindings]);
    }

    private void ChangeMailHosts()
    {
        if (Of(FindingCode.MxParkedMissing, FindingCode.MxOfParked) is { Length: > 0 } parked && !_places.IsAlias(_domain))
        {
            _done.UnionWith(parked);
            _changes.Add(new DomainChange
            {
                Text = "replace all MX records by the null MX",
                Severity = FindingSeverity.Warning,
                Codes = [.. parked.Select(static finding => finding.Code).Distinct()],
                Name = _domain.ToString(),
                Type = "MX",
                Record = "0 .",
            });
        }
    }

    private void ChangeTransport()
    {
        if (Of(FindingCode.StsAbsent) is { Length: > 0 } absent && !parts.MailHosts.Hosts.IsEmpty && !IsAlias("_mta-sts"))
        {
            // The id only has to change with each policy; a date says when that was.
            var text = $"v=STSv1; id={timeProvider.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)}";
            var hosts = string.Join(", ", parts.MailHosts.Hosts.Select(static host => $"mx: {host.Name}"));
            AddText($"serve a policy at https://mta-sts.{_domain}/.well-known/mta-sts.txt first (version: STSv1, mode: testing, max_age: 1209600, {hosts}), then publish its record", $"_mta-sts.{_domain}", text, absent, MtaStsReading.WhyInvalid(text, out _));
        }

        if (Of(FindingCode.TlsRptAbsent) is { Length: > 0 } silent && !IsAlias("_smtp._tls"))
        {
            var text = $"v=TLSRPTv1; rua=mailto:tls-reports@{_domain}";
            AddText($"create tls-reports@{_domain}, then publish that it gets reports about TLS", $"_smtp._tls.{_domain}", text, silent, TlsReportingReading.WhyInvalid(text, out _));
        }
    }

    private bool IsAlias(string label) => _domain.Prepend(label) is { } name && _places.IsAlias(name);

    private void AddText(string what, string name, string text, Finding[] ended, string? fault)
    {
        if (fault is null)
        {
            _done.UnionWith(ended);
            _changes.Add(new DomainChange { Text = what, Severity = FindingSeverity.Note, Codes = [.. ended.Select(static finding => finding.Code)], Name = name, Type = "TXT", Record = text });
        }
    }

    // A record is shown only when an inspection with it ends what it is to end, and brings no new error.
    private void Add(string what, string name, string text, Finding[] ended, Finding[] left)
    {
        var known = findings.Where(IsBad).Select(static finding => finding.Code).ToHashSet();
        var gone = ended.Where(finding => !Array.Exists(left, other => other.Code == finding.Code && other.Name == finding.Name)).ToArray();
        if (gone.Length == 0 || Array.Exists(left, finding => IsBad(finding) && !known.Contains(finding.Code)))
        {
            return;
        }

        _done.UnionWith(gone);
        _changes.Add(new DomainChange
        {
            Text = what,
            Severity = gone.Max(static finding => finding.Severity),
            Codes = [.. gone.Select(static finding => finding.Code).Distinct()],
            Name = name,
            Type = "TXT",
            Record = text,
        });
    }

    // A record with a term that could not be looked up has not passed the check.
    private static bool IsBad(Finding finding) => finding.Severity == FindingSeverity.Error
        || finding.Code is FindingCode.SpfLookupFailed or FindingCode.SpfTermLookupFailed or FindingCode.SpfMailHostLookupFailed;

    private Finding[] Of(params ReadOnlySpan<FindingCode> codes)
    {
        var wanted = codes.ToArray();
        return [.. findings.Where(finding => wanted.Contains(finding.Code) && !_done.Contains(finding) && (!NoSpf.Contains(finding.Code) || finding.Name == _domain))];
    }
}
