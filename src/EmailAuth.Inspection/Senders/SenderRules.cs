using System.Collections.Immutable;

namespace EmailAuth.Inspection.Senders;

/// <summary>
/// What Gmail, Yahoo and Microsoft ask of senders, as of <see cref="Date"/>. These are policies of the providers and change; no other file
/// has them.
/// </summary>
public static class SenderRules
{
    private const string GmailAll = "all senders (Email sender guidelines, requirements for all senders)";
    private const string GmailBulk = "from 5,000 messages a day to Gmail (Email sender guidelines, 5,000 or more messages)";
    private const string YahooAll = "all senders (Sender best practices, all senders)";
    private const string YahooBulk = "bulk senders (Sender best practices, bulk senders)";
    private const string MicrosoftBulk = "from 5,000 messages a day (Outlook requirements for high-volume senders, 550 5.7.515)";
    private const string Advice = "advice: ";

    /// <summary>The day on which the rules were last reviewed.</summary>
    public static DateOnly Date { get; } = new(2026, 11, 28);

    /// <summary>The providers, in the order of the columns.</summary>
    public static ImmutableArray<string> Providers { get; } = ["Gmail", "Yahoo", "Microsoft"];

    internal static ImmutableArray<SenderRule> All { get; } =
    [
        new("spf-or-dkim", "SPF or DKIM", GmailAll, YahooAll, null),
        new("spf", "SPF that is valid and names the senders", GmailBulk, YahooBulk, MicrosoftBulk),
        new("dkim", "DKIM signatures", GmailBulk, YahooBulk, MicrosoftBulk),
        new("dkim-key", "DKIM keys of at least 1,024 bits, better 2,048", GmailAll, null, null),
        new("dmarc", "a DMARC record; p=none is enough", GmailBulk, YahooBulk, MicrosoftBulk),
        new("alignment", "From aligned with SPF or DKIM", GmailBulk, YahooBulk, MicrosoftBulk),
        new("reverse-name", "a name for each sending address (PTR) that leads back to it", GmailAll, YahooAll, null),
        new("tls", "TLS when sending", GmailAll, null, null),
        new("one-click", "one-click unsubscribe (RFC 8058) in marketing mail", GmailBulk, YahooBulk, Advice + MicrosoftBulk),
        new("complaints", "complaints below 0.3 percent", GmailAll, YahooAll, null),
        new("own-domain", "no From of the provider's own domain", GmailAll, null, null),
        new("reply-address", "a From or Reply-To that can receive replies", null, null, Advice + MicrosoftBulk),
        new("arc", "ARC when mail is forwarded", Advice + GmailAll, null, null),
    ];

    internal static string? Source(this SenderRule rule, string provider) => provider switch
    {
        "Gmail" => rule.Gmail,
        "Yahoo" => rule.Yahoo,
        _ => rule.Microsoft,
    };

    internal static ProviderRequirement ToRequirement(this SenderRule rule, string provider, RequirementState seen)
    {
        var source = rule.Source(provider);
        var isAdvice = source?.StartsWith(Advice, StringComparison.Ordinal) is true;
        return new ProviderRequirement
        {
            Provider = provider,
            State = source is null ? RequirementState.NotAsked : seen,
            IsAdvice = isAdvice,
            Source = isAdvice ? source![Advice.Length..] : source,
        };
    }
}
