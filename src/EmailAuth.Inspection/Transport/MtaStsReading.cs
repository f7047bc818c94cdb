using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Dns;
using EmailAuth.Inspection.MailHosts;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Transport;

/// <summary>Inspects the record and the policy of MTA-STS.</summary>
internal static class MtaStsReading
{
    private const string Version = "STSv1";
    private const int MaxIdLength = 32;
    private const int SecondsOfDay = 86_400;

    public static async Task<MtaStsInspection> ReadRecordAsync(DomainName domain, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        if (domain.Prepend("_mta-sts") is not { } name)
        {
            return new MtaStsInspection();
        }

        var response = await resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), cancellationToken).ConfigureAwait(false);
        if (response.Status == DnsStatus.Failure)
        {
            return new MtaStsInspection { Findings = [Found(FindingSeverity.Note, FindingCode.StsLookupFailed, name, name.ToString(), response.Reason!)] };
        }

        var meant = RecordFields.Meant(response.Texts, Version, "v=STS");
        return meant switch
        {
            [] => new MtaStsInspection { Findings = [Found(FindingSeverity.Note, FindingCode.StsAbsent, name, domain.ToString())] },
            [var first, ..] when meant.Length == 1 || !RecordFields.IsVersion(first, Version) => ReadOne(domain, name, first, meant),
            _ => new MtaStsInspection
            {
                Texts = meant,
                Findings = [Found(FindingSeverity.Error, FindingCode.StsSeveralRecords, name, Numbers.Text(meant.Length))],
            },
        };
    }

    /// <summary>What is wrong with the text of a record; null when it is valid.</summary>
    public static string? WhyInvalid(string text, out string? id)
    {
        id = null;
        if (!RecordFields.IsVersion(text, Version))
        {
            return "it does not begin with \"v=STSv1;\"";
        }

        if (RecordFields.Read(text, ownGrammar: null, out var reason) is not { } fields)
        {
            return reason;
        }

        // RFC 8461 section 3.2, also of TXT records: of a field that appears more than once the first counts.
        var ids = fields.Where(static field => field.Name == "id").Select(static field => field.Value).ToArray();
        if (ids is not [var first, ..])
        {
            return "id is missing";
        }

        if (first.Length > MaxIdLength || !first.All(char.IsAsciiLetterOrDigit))
        {
            return $"id must have 1 to {MaxIdLength} letters and digits";
        }

        id = first;
        return null;
    }

    /// <summary>Adds what a policy says beside the mail hosts.</summary>
    public static MtaStsInspection WithPolicy(MtaStsInspection record, FetchedPolicy fetched, DomainName domain, MailHostsInspection hosts)
    {
        var findings = record.Findings.ToBuilder();
        if (fetched.Text is not { } text)
        {
            var reason = fetched.Reason ?? "no answer";
            findings.Add(fetched.IsTemporary
                ? Found(FindingSeverity.Warning, FindingCode.StsPolicyUndecided, domain, reason)
                : Found(FindingSeverity.Error, FindingCode.StsPolicyUnavailable, domain, reason));
            return With(record, null, findings.ToImmutable());
        }

        if (!string.Equals(fetched.MediaType, "text/plain", StringComparison.OrdinalIgnoreCase))
        {
            findings.Add(Found(FindingSeverity.Warning, FindingCode.StsMediaType, domain, fetched.MediaType ?? "nothing"));
        }

        var parsed = MtaStsPolicy.Parse(text);
        if (!parsed.IsSuccess)
        {
            findings.Add(Found(FindingSeverity.Error, FindingCode.StsPolicyInvalid, domain, parsed.Error.Reason));
            return With(record, null, findings.ToImmutable());
        }

        Judge(parsed.Value, domain, hosts, findings);
        return With(record, parsed.Value, findings.ToImmutable());
    }

    private static void Judge(MtaStsPolicy policy, DomainName domain, MailHostsInspection hosts, ImmutableArray<Finding>.Builder findings)
    {
        if (policy.Mode == MtaStsMode.None)
        {
            findings.Add(Found(FindingSeverity.Note, FindingCode.StsModeNone, domain));
            return;
        }

        if (policy.Mode == MtaStsMode.Testing)
        {
            findings.Add(Found(FindingSeverity.Warning, FindingCode.StsTesting, domain));
        }

        if (policy.MaxAgeSeconds < SecondsOfDay)
        {
            findings.Add(Found(FindingSeverity.Warning, FindingCode.StsShortAge, domain, policy.MaxAgeSeconds.ToString(CultureInfo.InvariantCulture)));
        }

        if (!hosts.IsKnown || hosts.IsNull)
        {
            return;
        }

        var names = hosts.Hosts.Select(static host => host.Name).ToArray();
        foreach (var host in names.Where(host => !policy.Patterns.Any(pattern => MtaStsPolicy.Matches(host, pattern))))
        {
            var isEnforced = policy.Mode == MtaStsMode.Enforce;
            findings.Add(Found(
                isEnforced ? FindingSeverity.Error : FindingSeverity.Warning, FindingCode.StsHostNotListed, domain, host.ToString(), isEnforced ? "enforce" : "testing"));
        }

        foreach (var pattern in policy.Patterns.Where(pattern => !names.Any(host => MtaStsPolicy.Matches(host, pattern))))
        {
            findings.Add(Found(FindingSeverity.Note, FindingCode.StsPatternUnused, domain, pattern));
        }
    }

    private static MtaStsInspection ReadOne(DomainName domain, DomainName name, string text, ImmutableArray<string> texts)
    {
        if (WhyInvalid(text, out var id) is { } reason)
        {
            return new MtaStsInspection { Texts = texts, Findings = [Found(FindingSeverity.Error, FindingCode.StsRecordInvalid, name, reason)] };
        }

        return new MtaStsInspection { Texts = texts, Id = id, PolicyUri = $"https://mta-sts.{domain}/.well-known/mta-sts.txt" };
    }

    private static MtaStsInspection With(MtaStsInspection record, MtaStsPolicy? policy, ImmutableArray<Finding> findings) => new()
    {
        Texts = record.Texts,
        Id = record.Id,
        PolicyUri = record.PolicyUri,
        IsPolicyFetched = true,
        Policy = policy,
        Findings = findings,
    };

    private static Finding Found(FindingSeverity severity, FindingCode code, DomainName name, params ReadOnlySpan<string> arguments) =>
        new() { Code = code, Severity = severity, Name = name, Arguments = [.. arguments] };
}
