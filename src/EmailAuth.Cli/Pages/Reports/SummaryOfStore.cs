using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Reports.Store.Incoming;

namespace EmailAuth.Cli.Pages.Reports;

/// <summary>Makes what the page shows of a summary of the store.</summary>
internal static class SummaryOfStore
{
    public static ReportSummary Of(IncomingSummary summary, DateTimeOffset now) => new()
    {
        Domain = summary.Domain,
        From = summary.Since,
        To = summary.Until,
        MadeAt = now,
        ReportCount = summary.Documents.Aggregate,
        AddressCount = summary.Messages.Names,
        Days = Days(summary),
        Events = [.. Events(summary)],
        Sources = [.. summary.Sources.Select(Source)],
        Dispositions = [.. summary.Dispositions.Select(static one => new ReportedDisposition(one.Key, one.Count, Meaning(one.Key)))],
        Policies = [.. summary.Policies.Select(static one => new SeenPolicy(one.Key, one.Documents, one.Count))],
        Reporters = [.. summary.Reporters.Where(static one => one.Counted > 0).Select(Reporter)],
        Conformance = [.. Conformance(summary.Documents)],
        Contradictions = [.. summary.Contradictions.Select(static one => Invariant($"{one.Key}: {one.Count} times in {one.Documents} documents"))],
        Tls = Tls(summary),
        Complaints = [.. summary.ComplaintTypes.Select(static one => new ReportedComplaint(one.Key, one.Count, ComplaintMeaning(one.Key), ComplaintAdvice(one.Key)))],
    };

    private static ImmutableArray<ReportedDay> Days(IncomingSummary summary)
    {
        var sums = summary.Days.ToDictionary(static one => DateOnly.ParseExact(one.Key, "yyyy-MM-dd", CultureInfo.InvariantCulture));
        var days = ImmutableArray.CreateBuilder<ReportedDay>();
        for (var number = summary.Since.DayNumber; number <= summary.Until.DayNumber; number++)
        {
            var day = DateOnly.FromDayNumber(number);
            var sum = sums.GetValueOrDefault(day);
            days.Add(sum is null
                ? new ReportedDay(day, 0, 0, 0, 0)
                : new ReportedDay(day, sum.Dkim + sum.Spf - sum.Passing, sum.Passing - sum.Spf, sum.Passing - sum.Dkim, sum.Count - sum.Passing));
        }

        return days.ToImmutable();
    }

    private static IEnumerable<ReportEvent> Events(IncomingSummary summary)
    {
        foreach (var one in summary.StoppedSources)
        {
            yield return new ReportEvent(
                State.Fail, "stopped", $"{one.Key} stopped passing", Invariant($"{one.Passing} of {one.Count} messages pass; in the period before {one.PassingBefore} of {one.CountBefore} did."));
        }

        foreach (var one in summary.FailingSelectors)
        {
            yield return new ReportEvent(
                State.Fail,
                "selector",
                $"the selector {one.Detail} of {one.Key} began to fail",
                Invariant($"{one.Passing} of {one.Count} signatures pass; in the period before {one.PassingBefore} of {one.CountBefore} did. Check its key: emailauth dkim {one.Detail} {one.Key}"));
        }

        foreach (var one in summary.NewSources)
        {
            yield return new ReportEvent(
                IsGood(one) ? State.Note : State.Risk, "new", $"{one.Key} is a new source", Invariant($"{one.Count} messages, of which {one.Passing} pass. It sent none in the period before."));
        }
    }

    private static ReportedSource Source(IncomingSum sum) =>
        new(sum.Key, string.Empty, [sum.Key], 1, sum.Passing == sum.Count ? State.Pass : IsGood(sum) ? State.Risk : State.Fail, sum.Passing == sum.Count ? "passes" : sum.Passing == 0 ? "fails" : "fails in part")
        {
            Messages = sum.Count,
            SpfAligned = sum.Spf,
            DkimAligned = sum.Dkim,
            Passing = sum.Passing,
        };

    private static Reporter Reporter(DocumentSum sum)
    {
        var (state, verdict) = sum switch
        {
            { Unusable: > 0 } => (State.Fail, "unusable in part"),
            { Salvaged: > 0 } => (State.Risk, "salvaged"),
            _ => (State.Pass, "conforms"),
        };
        return new Reporter(sum.Submitter, sum.Counted, sum.Messages, sum.Failed, state, verdict, Invariant($"{sum.Signed} of {sum.Counted} signed by the reporter"));
    }

    private static IEnumerable<ReportConformance> Conformance(DocumentSum sum)
    {
        var all = new[]
        {
            new ReportConformance(State.Pass, "conforms", sum.Conforming, "as the standard asks for"),
            new ReportConformance(State.Risk, "salvaged", sum.Salvaged, "with faults, and could be read"),
            new ReportConformance(State.Fail, "unusable", sum.Unusable, "cannot be used, and does not count"),
            new ReportConformance(State.Note, "other version", sum.OtherVersions, "of a report that counts: kept, and does not count"),
            new ReportConformance(State.None, "duplicate", sum.Duplicates, "a copy, which does not count"),
            new ReportConformance(State.Note, "several days", sum.Split, "split evenly over its days"),
        };
        return all.Where(static one => one.Documents > 0);
    }

    private static ReportedTls? Tls(IncomingSummary summary)
    {
        if (summary.TlsSessions.Count == 0)
        {
            return null;
        }

        var failures = summary.TlsFailures.Select(one => new ReportedTlsFailure(
            one.Key, one.Count, one.Detail.Length == 0 ? string.Empty : $"at {one.Detail}", TlsAdvice(one.Key), string.Join(", ", summary.TlsReporters.Where(other => other.Key == one.Key).Select(static other => other.Detail))));
        return new ReportedTls(
            summary.TlsSessions.Count, summary.TlsSessions.Count - summary.TlsSessions.Passing, summary.Documents.Tls, summary.Reporters.LongCount(static one => one.Tls > 0), [.. failures]);
    }

    private static bool IsGood(IncomingSum sum) => sum.Passing * 2 >= sum.Count;

    private static string Meaning(string disposition) => disposition switch
    {
        "none" => "nothing was done because of DMARC",
        "pass" => "DMARC passes",
        "quarantine" => "treated as suspicious",
        "reject" => "refused",
        _ => "not said",
    };

    private static string ComplaintMeaning(string type) => type switch
    {
        "abuse" => "a recipient complains about the message",
        "fraud" => "fraud or phishing",
        "virus" => "malicious content",
        "not-spam" => "a recipient wants the message",
        "auth-failure" => "a message failed authentication",
        _ => "other feedback",
    };

    private static string ComplaintAdvice(string type) => type switch
    {
        "abuse" => "unsubscribe who complains (emailauth reports read --json)",
        "auth-failure" => "look for the source among those that fail",
        _ => string.Empty,
    };

    // RFC 8460 section 4.3.
    private static string TlsAdvice(string kind) => kind switch
    {
        "starttls-not-supported" => "offer STARTTLS on the MX",
        "certificate-expired" => "renew the certificate",
        "certificate-host-mismatch" => "put the name of the MX into its certificate",
        "certificate-not-trusted" => "use a certificate of a known authority",
        "sts-policy-fetch-error" or "sts-policy-invalid" or "sts-webpki-invalid" => "check the MTA-STS policy (emailauth domain)",
        "tlsa-invalid" or "dnssec-invalid" or "dane-required" => "check the TLSA records and DNSSEC (emailauth domain)",
        _ => "look at the logs of the MX",
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
