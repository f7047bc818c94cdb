using System.Globalization;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Milter.Dialogue;

namespace EmailAuth.Milter.Logging;

/// <summary>
/// A message's line for people and for grep: key=value, first what has no spaces, so that a sender's text cannot pose as another key; then the
/// reasons, in quotes.
/// </summary>
internal static class MessageLogLine
{
    private const int MaxFieldName = 80;

    public static string Write(MessageLogEntry entry)
    {
        var line = new StringBuilder(512).AppendName(entry.QueueId).Append(':');
        line.Append(" client=").Append(entry.Client?.ToString() ?? "unknown");
        line.Append(" helo=").AppendName(entry.Helo);
        line.Append(" from=<").Append(entry.ReversePath.Length == 0 ? string.Empty : LogText.Name(entry.ReversePath)).Append('>');
        if (entry.Outcome is { } outcome)
        {
            line.Append(" author=").AppendName(string.Join(',', entry.AuthorDomains), LogText.MaxReason);
            AppendResults(line, entry, outcome);
        }
        else if (entry.NotJudged is not null)
        {
            line.Append(" not_judged=").AppendQuoted(entry.NotJudged);
        }

        line.Append(" action=").Append(entry.Action);
        line.Append(CultureInfo.InvariantCulture, $" removed={entry.Verdict.Removals.Length}");
        AppendRemovals(line, entry);
        line.Append(CultureInfo.InvariantCulture, $" body={entry.BodyBytes} wait_ms={entry.Wait.TotalMilliseconds:0.###}");
        AppendReasons(line, entry);
        if (entry.WithheldField is { } field)
        {
            line.Append(" field=").AppendQuoted(field, LogText.MaxField);
        }

        return line.ToString();
    }

    private static void AppendResults(StringBuilder line, MessageLogEntry entry, AuthenticationOutcome outcome)
    {
        Append(line, "iprev", outcome.Iprev?.ToMethodResult().Result);
        Append(line, "spf_helo", outcome.SpfHelo?.ToMethodResult().Result);
        Append(line, "spf", outcome.Spf?.ToMethodResult().Result);
        if (outcome.Dkim is { Signatures.IsEmpty: true })
        {
            Append(line, "dkim", "none");
        }

        foreach (var signature in entry.ListedSignatures)
        {
            Append(line, "dkim", signature.ToMethodResult().Result);
            line.Append(" d=").AppendName(signature.Domain?.ToString()).Append(" s=").AppendName(signature.Selector);
        }

        if (entry.OmittedSignatures > 0)
        {
            line.Append(CultureInfo.InvariantCulture, $" dkim_omitted={entry.OmittedSignatures}");
        }

        Append(line, "arc", outcome.Arc?.ToMethodResult().Result);
        if (outcome.Dmarc is { } dmarc)
        {
            Append(line, "dmarc", dmarc.ToMethodResult().Result);
            line.Append(" policy=").Append(MessageLogEntry.PolicyOf(dmarc) ?? "-");
            line.Append(" policy_domain=").AppendName(dmarc.PolicyDomain?.ToString());
            if (dmarc.IsPolicyAssumed)
            {
                line.Append(" policy_assumed=true");
            }
        }

        Append(line, "bimi", outcome.Bimi?.ToMethodResult().Result);
    }

    private static void AppendRemovals(StringBuilder line, MessageLogEntry entry)
    {
        if (entry.Verdict.Removals.IsEmpty)
        {
            return;
        }

        line.Append(" removed_fields=");
        var separator = string.Empty;
        foreach (var removal in entry.Verdict.Removals.Take(MessageLogEntry.MaxListed))
        {
            line.Append(separator).AppendName(removal.Name, MaxFieldName).Append(CultureInfo.InvariantCulture, $":{removal.Occurrence}");
            separator = ",";
        }

        if (entry.Verdict.Removals.Length > MessageLogEntry.MaxListed)
        {
            line.Append(",…");
        }
    }

    private static void AppendReasons(StringBuilder line, MessageLogEntry entry)
    {
        if (entry.Outcome is not { } outcome)
        {
            AppendReason(line, "reason", entry.Reason);
            return;
        }

        // What is taken as nothing is wrong with it needs no reason.
        if (entry.Verdict.Decision != MilterDecision.Accept || outcome.Dmarc is not (null or { Code: DmarcResultCode.Pass or DmarcResultCode.None }))
        {
            AppendReason(line, "reason", entry.Reason);
        }

        // Where DMARC could not be decided its reason is the message's.
        if (outcome.Dmarc is { Reason: { } why } && entry.Reason?.Contains(why, StringComparison.Ordinal) != true)
        {
            AppendFailure(line, "dmarc_reason", outcome.Dmarc.ToMethodResult().Result, why);
        }

        AppendFailure(line, "spf_reason", outcome.Spf?.ToMethodResult().Result, outcome.Spf?.Reason);
        AppendFailure(line, "spf_helo_reason", outcome.SpfHelo?.ToMethodResult().Result, outcome.SpfHelo?.Reason);
        foreach (var signature in entry.ListedSignatures)
        {
            if (signature.Reason is { } reason)
            {
                AppendReason(line, "dkim_reason", $"{signature.Domain?.ToString() ?? "-"}/{LogText.Bounded(signature.Selector ?? "-", LogText.MaxName)}: {reason}");
            }
        }

        AppendFailure(line, "arc_reason", outcome.Arc?.ToMethodResult().Result, outcome.Arc?.Reason);
        AppendFailure(line, "iprev_reason", outcome.Iprev?.ToMethodResult().Result, outcome.Iprev?.Reason);
        AppendFailure(line, "bimi_reason", outcome.Bimi?.ToMethodResult().Result, outcome.Bimi?.Reason);
    }

    private static void AppendFailure(StringBuilder line, string key, string? result, string? reason)
    {
        if (result is not (null or "pass" or "none" or "skipped"))
        {
            AppendReason(line, key, reason);
        }
    }

    private static void AppendReason(StringBuilder line, string key, string? reason)
    {
        if (reason is not null)
        {
            line.Append(' ').Append(key).Append('=').AppendQuoted(reason);
        }
    }

    private static void Append(StringBuilder line, string key, string? result)
    {
        if (result is not null)
        {
            line.Append(' ').Append(key).Append('=').Append(result);
        }
    }
}
