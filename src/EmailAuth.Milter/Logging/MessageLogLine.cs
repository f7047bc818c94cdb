using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Milter.Logging;

/// <summary>
/// A message's line for people and for grep: key=value. Values without spaces come first, so that a sender's text cannot look like another key;
/// then come the reasons, in quotes.
/// </summary>
internal static class MessageLogLine
{
    private const int MaxFieldName = 80;

    public static string Write(MessageLogEntry entry)
    {
        var line = new StringBuilder(512).AppendName(entry.QueueId).Append(':');
        line.Append(" client=").Append(entry.Client?.ToString() ?? "unknown");
        if (entry.Relay is { } relay)
        {
            line.Append(" relay=").AppendName(relay.Relay);
        }

        line.Append(" helo=").AppendName(entry.Helo);
        line.Append(" from=<").Append(entry.ReversePath.Length == 0 ? string.Empty : LogText.Name(entry.ReversePath)).Append('>');
        if (entry.Author is not null)
        {
            line.Append(" author=").AppendName(string.Join(',', entry.AuthorDomains), LogText.MaxReason);
        }

        if (entry.Outcome is { } outcome)
        {
            AppendResults(line, entry, outcome);
        }
        else if (entry.NotJudged is not null)
        {
            line.Append(" not_judged=").AppendQuoted(entry.NotJudged);
        }

        if (entry.Verdict.Signing is { } signing)
        {
            line.Append(" signing=").Append(signing.Result);
            foreach (var identity in signing.Identities)
            {
                AppendKey(line, identity.Domain, identity.Selector);
            }
        }

        line.Append(" action=").Append(entry.Action);
        line.Append(CultureInfo.InvariantCulture, $" removed={entry.Removed.Length}");
        AppendFields(line, "removed_fields", entry.Removed);
        if (!entry.NotRemoved.IsEmpty)
        {
            line.Append(CultureInfo.InvariantCulture, $" not_removed={entry.NotRemoved.Length}");
            AppendFields(line, "not_removed_fields", entry.NotRemoved);
        }

        line.Append(CultureInfo.InvariantCulture, $" body={entry.BodyBytes} wait_ms={entry.Wait.TotalMilliseconds:0.###}");
        AppendReason(line, "relay_reason", entry.Relay?.Problem);
        foreach (var exception in entry.Outcome?.Exceptions ?? [])
        {
            AppendReason(line, "exception", exception.ToString());
        }

        AppendReasons(line, entry);
        if (entry.WithheldField is { } field)
        {
            line.Append(" field=").AppendQuoted(field, LogText.MaxField);
        }

        return line.ToString();
    }

    private static void AppendResults(StringBuilder line, MessageLogEntry entry, AuthenticationOutcome outcome)
    {
        foreach (var method in MessageLogEntry.InOrder(outcome))
        {
            if (method is DkimResults { Signatures.IsEmpty: false })
            {
                AppendSignatures(line, entry, method.Name);
                continue;
            }

            line.Append(' ').Append(method.Name).Append('=').Append(method.Result);
            if (method is DmarcResult dmarc)
            {
                AppendPolicy(line, dmarc);
            }
        }
    }

    private static void AppendSignatures(StringBuilder line, MessageLogEntry entry, string name)
    {
        foreach (var signature in entry.ListedSignatures)
        {
            line.Append(' ').Append(name).Append('=').Append(signature.Code.Keyword());
            AppendKey(line, signature.Domain, signature.Selector);
        }

        if (entry.OmittedSignatures > 0)
        {
            line.Append(CultureInfo.InvariantCulture, $" {name}_omitted={entry.OmittedSignatures}");
        }
    }

    private static void AppendKey(StringBuilder line, DomainName? domain, string? selector) =>
        line.Append(" d=").AppendName(domain?.ToString()).Append(" s=").AppendName(selector);

    private static void AppendPolicy(StringBuilder line, DmarcResult dmarc)
    {
        line.Append(" policy=").Append(MessageLogEntry.PolicyOf(dmarc) ?? "-");
        line.Append(" policy_domain=").AppendName(dmarc.PolicyDomain?.ToString());
        if (dmarc.IsPolicyAssumed)
        {
            line.Append(" policy_assumed=true");
        }
    }

    private static void AppendFields(StringBuilder line, string key, ImmutableArray<FieldRemoval> fields)
    {
        if (fields.IsEmpty)
        {
            return;
        }

        line.Append(' ').Append(key).Append('=');
        var separator = string.Empty;
        foreach (var removal in fields.Take(MessageLogEntry.MaxListed))
        {
            line.Append(separator).AppendName(removal.Name, MaxFieldName).Append(CultureInfo.InvariantCulture, $":{removal.Occurrence}");
            separator = ",";
        }

        if (fields.Length > MessageLogEntry.MaxListed)
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

        // A message that is accepted because nothing is wrong needs no reason.
        if (entry.Verdict.Decision != MilterDecision.Accept || outcome.Dmarc is not (null or { Code: DmarcResultCode.Pass or DmarcResultCode.None }))
        {
            AppendReason(line, "reason", entry.Reason);
        }

        foreach (var method in outcome.Methods)
        {
            AppendReasons(line, entry, method);
        }
    }

    private static void AppendReasons(StringBuilder line, MessageLogEntry entry, IMethodOutcome method)
    {
        var key = method.Name + "_reason";
        if (method is not DkimResults)
        {
            // When DMARC could not be decided, its reason is the reason for the action.
            var isSaid = method.Reason is { } why && entry.Reason?.Contains(why, StringComparison.Ordinal) == true;
            AppendReason(line, key, isSaid || method.Result is "pass" or "none" or "skipped" ? null : method.Reason);
            return;
        }

        foreach (var signature in entry.ListedSignatures)
        {
            if (signature.Reason is { } reason)
            {
                AppendReason(line, key, $"{signature.Domain?.ToString() ?? "-"}/{LogText.Bounded(signature.Selector ?? "-", LogText.MaxName)}: {reason}");
            }
        }
    }

    private static void AppendReason(StringBuilder line, string key, string? reason)
    {
        if (reason is not null)
        {
            line.Append(' ').Append(key).Append('=').AppendQuoted(reason);
        }
    }
}
