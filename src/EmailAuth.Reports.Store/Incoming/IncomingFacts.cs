using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Tls;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Store.Incoming;

/// <summary>Makes facts of a report.</summary>
internal static class IncomingFacts
{
    public static async IAsyncEnumerable<IncomingFact> OfAsync(ReadReport report, RowSpool.Rows rows, ReportDays days)
    {
        var facts = report.Findings.Select(finding => new IncomingFact
        {
            Kind = IncomingFactKind.Finding,
            Day = days.First,
            Name = finding.Code.Keyword(),
            Word = finding.Severity.Keyword(),
            Count = IncomingText.Count(finding.Occurrences),
        });
        if (report.Verdict != ReportVerdict.Unusable)
        {
            facts = facts
                .Concat(report.Aggregate is { Policy: { } policy } aggregate ? Aggregate(policy, aggregate, rows, days) : [])
                .Concat(report.Feedback is { } feedback ? [Complaint(feedback, days)] : [])
                .Concat(report.Tls is { } tls ? tls.Policies.SelectMany(one => Tls(one, days)) : []);
        }

        foreach (var fact in facts)
        {
            yield return fact;
        }

        await Task.CompletedTask;
    }

    private static IEnumerable<IncomingFact> Aggregate(PublishedPolicy policy, AggregateReport report, RowSpool.Rows rows, ReportDays days)
    {
        foreach (var (day, count) in days.Split(IncomingText.Total(report.MessageCount), 0))
        {
            yield return new IncomingFact { Kind = IncomingFactKind.Policy, Day = day, Name = Text(policy), Count = count };
        }

        var number = 0L;
        foreach (var row in rows.Read())
        {
            foreach (var (day, count) in days.Split(row.Count, number))
            {
                yield return new IncomingFact
                {
                    Kind = IncomingFactKind.Row,
                    Day = day,
                    Name = row.Source,
                    Detail = row.HeaderFrom,
                    IsPass = row.IsDkim,
                    IsSpfPass = row.IsSpf,
                    Word = row.Disposition,
                    Count = count,
                };
                foreach (var (domain, selector, result) in row.Signatures)
                {
                    yield return new IncomingFact
                    {
                        Kind = IncomingFactKind.Signature,
                        Day = day,
                        Name = domain,
                        Detail = selector,
                        IsPass = result == "pass",
                        Word = result,
                        Count = count,
                    };
                }
            }

            number++;
        }
    }

    private static string Text(PublishedPolicy policy)
    {
        var text = $"p={policy.Policy?.Keyword() ?? "?"}";
        text += policy.SubdomainPolicy is { } sub ? $" sp={sub.Keyword()}" : string.Empty;
        text += policy.NonexistentSubdomainPolicy is { } none ? $" np={none.Keyword()}" : string.Empty;
        return policy.IsTesting is true ? text + " t=y" : text;
    }

    private static IncomingFact Complaint(FeedbackReport report, ReportDays days)
    {
        var (stream, source) = Stream(report);
        return new IncomingFact
        {
            Kind = IncomingFactKind.Complaint,
            Day = days.First,
            Name = IncomingText.Of(stream),
            Detail = source,
            Word = IncomingText.Of(report.TypeText.ToLowerInvariant()),
            Count = IncomingText.Count(report.Incidents),
        };
    }

    // What names the stream best comes first. A CFBL-Feedback-ID is often of one message alone (RFC 9477 section 3.2), so that it is the last one.
    private static (string Stream, string Source) Stream(FeedbackReport report)
    {
        foreach (var name in (ReadOnlySpan<string>)["Feedback-ID", "List-Id", "CFBL-Feedback-ID"])
        {
            if (report.Original?[name]?.Trim() is { Length: > 0 } value && Identifier(value) is { Length: > 0 } id && !IsPersonal(id))
            {
                return (id, name);
            }
        }

        return report.Original?["From"] is { } from && DomainOf(from) is { } author
            ? (IncomingText.Domain(author), "From")
            : (report.ReportedDomains.IsEmpty ? string.Empty : IncomingText.Domain(report.ReportedDomains[0]), "Reported-Domain");
    }

    // Behind the address a comment may name a person, even with another address.
    private static string? DomainOf(string from)
    {
        var first = from.IndexOf('@', StringComparison.Ordinal);
        if (first < 0)
        {
            return null;
        }

        var comment = from.IndexOf('(', first);
        var address = comment < 0 ? from : from[..comment];
        var domain = address[(address.LastIndexOf('@') + 1)..];
        var end = domain.AsSpan().IndexOfAny("> \t,;");
        return DomainName.Parse(end < 0 ? domain : domain[..end]).Value?.ToString();
    }

    // RFC 2919 section 3: the identifier is in angle brackets after words for people.
    private static string Identifier(string value) =>
        value.IndexOf('<', StringComparison.Ordinal) is >= 0 and var start && value.IndexOf('>', start) is > 0 and var end ? value[(start + 1)..end] : value;

    // An address, also in the form that return paths write it.
    private static bool IsPersonal(string id) =>
        id.AsSpan().ContainsAny('@', '=') || id.Contains("%40", StringComparison.Ordinal);

    private static IEnumerable<IncomingFact> Tls(TlsPolicyResult policy, ReportDays days)
    {
        var (domain, type) = (IncomingText.Domain(policy.Domain ?? string.Empty), IncomingText.Of(policy.TypeText ?? string.Empty));
        foreach (var (isPass, sessions) in new[] { (true, policy.SuccessfulSessions), (false, policy.FailedSessions) })
        {
            foreach (var (day, count) in days.Split(IncomingText.Total(sessions), 0))
            {
                yield return new IncomingFact
                {
                    Kind = IncomingFactKind.TlsSession,
                    Day = day,
                    Name = domain,
                    Detail = type,
                    IsPass = isPass,
                    Word = isPass ? "successful" : "failed",
                    Count = count,
                };
            }
        }

        foreach (var failure in policy.Failures)
        {
            foreach (var (day, count) in days.Split(IncomingText.Total(failure.Sessions), 0))
            {
                yield return new IncomingFact
                {
                    Kind = IncomingFactKind.TlsFailure,
                    Day = day,
                    Name = IncomingText.Of(failure.ResultType ?? "unknown"),
                    Detail = IncomingText.Domain(failure.ReceivingMxHostname ?? string.Empty),
                    Word = type,
                    Count = count,
                };
            }
        }
    }
}
