using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EmailAuth.Dmarc;
using EmailAuth.Inspection;
using EmailAuth.Inspection.Bimi;
using EmailAuth.Inspection.Dkim;
using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.MailHosts;
using EmailAuth.Inspection.Senders;
using EmailAuth.Inspection.Spf;

namespace EmailAuth.Cli.Output;

/// <summary>The inspection of a domain as JSON. <c>domain.schema.json</c> describes it.</summary>
internal static class DomainJson
{
    public static void Write(Utf8JsonWriter json, DomainInspection domain)
    {
        var counts = FindingCounts.Of(domain.Findings);
        json.WriteStartObject();
        json.WriteString("domain", domain.Domain.ToString());
        json.WriteString("profile", domain.Profile.Keyword());
        json.WriteString("profile_reason", domain.ProfileReason);
        counts.WriteTo(json);
        json.WriteBoolean("has_unknown", domain.HasUnknown);
        Array(json, "changes", domain.Changes, WriteChange);
        Array(json, "findings", domain.Findings, WriteFinding);
        WriteSpf(json, domain.Spf);
        Array(json, "dkim", domain.Keys, WriteKey);
        WriteDmarc(json, domain);
        WriteBimi(json, domain);
        WriteMailHosts(json, domain.MailHosts);
        Array(json, "addresses", domain.Addresses, WriteAddress);
        WriteTransport(json, domain);
        WriteMessage(json, domain.Message);
        WriteRates(json, domain.Rates);
        json.WriteString("rules_date", SenderRules.Date.ToString("O", CultureInfo.InvariantCulture));
        Array(json, "requirements", domain.Requirements, WriteRequirement);
        Array(json, "feedback_loops", domain.FeedbackLoops, WriteLoop);
        Array(json, "role_addresses", domain.RoleAddresses, static (json, role) =>
        {
            json.WriteString("address", role.Address);
            WriteBoolean(json, "accepted", role.IsAccepted);
            json.WriteString("reply", role.Reply);
        });
        json.WriteStartObject("dns");
        json.WriteNumber("rounds", domain.DnsRounds);
        json.WriteNumber("questions", domain.DnsQuestions);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The line of a list for what is not a domain.</summary>
    public static void WriteError(Utf8JsonWriter json, string error)
    {
        json.WriteStartObject();
        json.WriteNull("domain");
        json.WriteString("error", error);
        json.WriteEndObject();
    }

    /// <summary>The members of a finding.</summary>
    public static void WriteFinding(Utf8JsonWriter json, Finding finding)
    {
        json.WriteString("code", finding.Code.Keyword());
        json.WriteString("severity", finding.Severity.Keyword());
        json.WriteString("message", finding.Text);
        json.WriteString("action", finding.Action);
        json.WriteString("section", finding.Section);
        json.WriteString("name", finding.Name?.ToString());
        json.WriteString("record", finding.Record);
        WriteNumber(json, "position", finding.Position);
        WriteNumber(json, "length", finding.Position is null ? null : finding.Length);
    }

    private static void WriteChange(Utf8JsonWriter json, DomainChange change)
    {
        json.WriteString("text", change.Text);
        json.WriteString("severity", change.Severity.Keyword());
        Strings(json, "codes", change.Codes.Select(static code => code.Keyword()));
        json.WriteString("name", change.Name);
        json.WriteString("type", change.Type);
        json.WriteString("record", change.Record);
    }

    private static void WriteSpf(Utf8JsonWriter json, SpfInspection spf)
    {
        json.WriteStartObject("spf");
        json.WriteNumber("lookups", spf.LookupCount);
        json.WriteNumber("max_lookups", spf.MaxLookups);
        json.WriteBoolean("cut", spf.IsCut);
        json.WriteNumber("void_lookups_ipv4", spf.VoidLookups.IPv4Count);
        json.WriteNumber("void_lookups_ipv6", spf.VoidLookups.IPv6Count);
        json.WriteNumber("max_void_lookups", spf.MaxVoidLookups);
        json.WritePropertyName("tree");
        WriteNode(json, spf.Root);
        json.WriteEndObject();
    }

    // The tree has at most as many levels as a check makes lookups, and six times as many terms.
    private static void WriteNode(Utf8JsonWriter json, SpfNode node)
    {
        json.WriteStartObject();
        json.WriteString("domain", node.Domain.ToString());
        WriteRecords(json, node.Records);
        Array(json, "lookups", node.Steps, static (json, step) =>
        {
            json.WriteNumber("number", step.Number);
            json.WriteString("term", step.Term.ToString());
            json.WriteString("answer", step.Answer);
            json.WriteBoolean("void", step.IsVoid);
            json.WritePropertyName("record");
            if (step.Target is { } target)
            {
                WriteNode(json, target);
            }
            else
            {
                json.WriteNullValue();
            }
        });
        json.WriteEndObject();
    }

    private static void WriteRecords(Utf8JsonWriter json, ImmutableArray<PublishedRecord> records)
    {
        json.WriteStartArray("records");
        foreach (var record in records)
        {
            json.WriteStartObject();
            json.WriteString("name", record.Name.ToString());
            json.WriteString("text", record.Text);
            Array(json, "terms", record.Terms, static (json, term) =>
            {
                json.WriteString("term", term.Text);
                json.WriteNumber("position", term.Position);
                json.WriteString("meaning", term.Meaning);
            });
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteKey(Utf8JsonWriter json, DkimKeyInspection key)
    {
        json.WriteString("name", key.Name.ToString());
        json.WriteString("key_type", key.Key?.KeyType);
        WriteNumber(json, "key_bits", key.Key is { IsRevoked: false } usable ? usable.KeyBits : null);
        WriteBoolean(json, "revoked", key.Key?.IsRevoked);
        Strings(json, "aliases", key.Aliases.Select(static alias => alias.ToString()));
        WriteRecords(json, key.Records);
    }

    private static void WriteDmarc(Utf8JsonWriter json, DomainInspection domain)
    {
        var result = domain.Dmarc.Result;
        json.WriteStartObject("dmarc");
        json.WriteString("organizational_domain", result.OrganizationalDomain?.ToString());
        json.WriteString("policy_domain", result.PolicyDomain?.ToString());
        json.WriteString("policy", domain.DmarcReach.Domain?.Keyword());
        json.WriteString("subdomain_policy", domain.DmarcReach.Subdomain?.Keyword());
        json.WriteString("nonexistent_subdomain_policy", domain.DmarcReach.NonexistentSubdomain?.Keyword());
        Array(json, "walk", result.Walk, static (json, step) =>
        {
            json.WriteString("name", $"_dmarc.{step.Domain}");
            json.WriteString("record", step.Record?.Text);
            json.WriteString("reason", step.Reason);
        });
        WriteRecords(json, domain.Dmarc.Records);
        json.WriteEndObject();
    }

    private static void WriteBimi(Utf8JsonWriter json, DomainInspection domain)
    {
        json.WriteStartObject("bimi");
        json.WriteString("result", EmailAuth.Bimi.BimiKeywords.Keyword(domain.Bimi.Result.Code));
        json.WriteString("reason", domain.Bimi.Result.Reason);
        json.WriteString("record", domain.Bimi.Published.Record?.Text);
        WriteTime(json, "certificate_ends", domain.Bimi.Result.MarkCertificate?.NotAfter);
        json.WriteString("rules_date", LogoDisplays.Date.ToString("O", CultureInfo.InvariantCulture));
        Array(json, "providers", domain.Logos, static (json, logo) =>
        {
            json.WriteString("provider", logo.Provider);
            json.WriteString("logo", logo.State.Keyword());
            json.WriteString("reason", logo.Reason);
            json.WriteString("once_enforced", logo.OnceEnforced.Keyword());
        });
        json.WriteEndObject();
    }

    private static void WriteMailHosts(Utf8JsonWriter json, MailHostsInspection hosts)
    {
        json.WriteStartObject("mail_hosts");
        json.WriteBoolean("known", hosts.IsKnown);
        json.WriteBoolean("null_mx", hosts.IsNull);
        json.WriteBoolean("implicit", hosts.IsImplicit);
        Array(json, "hosts", hosts.Hosts, static (json, host) =>
        {
            json.WriteString("name", host.Name.ToString());
            json.WriteNumber("preference", host.Preference);
            Strings(json, "addresses", host.Addresses.Select(static address => address.ToString()));
        });
        json.WriteEndObject();
    }

    private static void WriteAddress(Utf8JsonWriter json, SendingAddress address)
    {
        json.WriteString("address", address.Address.ToString());
        json.WriteBoolean("given", address.IsGiven);
        Strings(json, "names", address.Names.Select(static name => name.ToString()));
        WriteBoolean(json, "confirmed", address.IsConfirmed);
    }

    private static void WriteTransport(Utf8JsonWriter json, DomainInspection domain)
    {
        var policy = domain.MtaSts.Policy;
        json.WriteStartObject("mta_sts");
        Strings(json, "records", domain.MtaSts.Texts);
        json.WriteString("id", domain.MtaSts.Id);
        json.WriteString("policy_uri", domain.MtaSts.PolicyUri);
        json.WriteBoolean("policy_fetched", domain.MtaSts.IsPolicyFetched);
        json.WriteString("mode", policy?.Mode.Keyword());
        WriteNumber(json, "max_age", policy?.MaxAgeSeconds);
        Strings(json, "mx", policy?.Patterns ?? []);
        json.WriteEndObject();
        json.WriteStartObject("tls_rpt");
        Strings(json, "records", domain.TlsReporting.Texts);
        Strings(json, "rua", domain.TlsReporting.Uris);
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, SampleMessage? message)
    {
        if (message is null)
        {
            json.WriteNull("message");
            return;
        }

        json.WriteStartObject("message");
        json.WriteString("author_domain", message.AuthorDomain?.ToString());
        WriteBoolean(json, "spf_aligned", message.IsSpfAligned);
        WriteBoolean(json, "dkim_aligned", message.IsDkimAligned);
        json.WriteString("one_click", message.OneClick.Keyword());
        WriteBoolean(json, "feedback_id", message.HasFeedbackId);
        WriteBoolean(json, "cfbl_address", message.HasFeedbackAddress);
        WriteBoolean(json, "arc", message.IsArcPassing);
        json.WriteEndObject();
    }

    private static void WriteRates(Utf8JsonWriter json, DomainRates? rates)
    {
        if (rates is null)
        {
            json.WriteNull("rates");
            return;
        }

        json.WriteStartObject("rates");
        WriteNumber(json, "complaint_percent", rates.ComplaintPercent);
        WriteNumber(json, "failure_percent", rates.FailurePercent);
        json.WriteString("since", rates.Since?.ToString("O", CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void WriteRequirement(Utf8JsonWriter json, Requirement requirement)
    {
        json.WriteString("name", requirement.Name);
        json.WriteString("text", requirement.Text);
        json.WriteString("reason", requirement.Reason);
        Array(json, "providers", requirement.Providers, static (json, cell) =>
        {
            json.WriteString("provider", cell.Provider);
            json.WriteString("state", cell.State.Keyword());
            json.WriteBoolean("advice", cell.IsAdvice);
            json.WriteString("source", cell.Source);
        });
    }

    private static void WriteLoop(Utf8JsonWriter json, FeedbackLoop loop)
    {
        json.WriteString("name", loop.Name);
        json.WriteString("for", loop.ForWhom);
        json.WriteString("state", loop.State.Keyword());
        Strings(json, "needs", loop.Needs);
    }

    private static void Array<T>(Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }

    private static void WriteBoolean(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } known)
        {
            json.WriteBoolean(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? value) =>
        json.WriteString(name, value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
