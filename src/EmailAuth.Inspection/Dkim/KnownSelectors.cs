using System.Collections.Immutable;

namespace EmailAuth.Inspection.Dkim;

/// <summary>
/// Selectors that large senders use for the domains of their customers, as of <see cref="Date"/>. The DNS cannot list the selectors of a domain, so
/// finding no key proves nothing. Senders whose selectors are random, such as Amazon SES, cannot be in the list.
/// </summary>
public static class KnownSelectors
{
    /// <summary>The day on which the list was last reviewed.</summary>
    public static DateOnly Date { get; } = new(2026, 11, 28);

    /// <summary>The selectors, each once.</summary>
    public static ImmutableArray<KnownSelector> All { get; } =
    [
        Of("default", "cPanel, Plesk, OpenDKIM"), Of("dkim", "many manuals"), Of("mail", "many manuals, Brevo"), Of("smtp", "many manuals, Mailgun"),
        Of("mx", "Mailgun"), Of("key1", "many manuals"), Of("google", "Google Workspace"), Of("selector1", "Microsoft 365"),
        Of("selector2", "Microsoft 365"), Of("k1", "Mailchimp, Mailgun"), Of("k2", "Mailchimp"), Of("k3", "Mailchimp"),
        Of("mte1", "Mailchimp Transactional"), Of("mte2", "Mailchimp Transactional"), Of("mandrill", "Mailchimp Transactional"), Of("s1", "SendGrid"),
        Of("s2", "SendGrid"), Of("pm", "Postmark"), Of("fm1", "Fastmail"), Of("fm2", "Fastmail"), Of("fm3", "Fastmail"), Of("sig1", "iCloud"),
        Of("protonmail", "Proton"), Of("protonmail2", "Proton"), Of("protonmail3", "Proton"), Of("zoho", "Zoho"), Of("zmail", "Zoho"),
        Of("cm", "Campaign Monitor"), Of("mailjet", "Mailjet"), Of("brevo1", "Brevo"), Of("brevo2", "Brevo"), Of("ctct1", "Constant Contact"),
        Of("ctct2", "Constant Contact"), Of("zendesk1", "Zendesk"), Of("zendesk2", "Zendesk"), Of("litesrv", "MailerLite"), Of("kl", "Klaviyo"),
        Of("kl2", "Klaviyo"),
    ];

    private static KnownSelector Of(string selector, string sender) => new() { Selector = selector, Sender = sender };
}
