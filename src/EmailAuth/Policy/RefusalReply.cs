using System.Buffers;
using System.Diagnostics;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Policy;

/// <summary>
/// The SMTP replies of refusals (RFC 5321 section 4.2, enhanced codes of RFC 3463 and RFC 7372). The only text of
/// the message in them is domain names, in characters that every reader understands alike. Null where nothing is refused.
/// </summary>
internal static class RefusalReply
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>For a message that fails DMARC: the domain whose policy it is, which may be above the author's.</summary>
    public static SmtpReply? OfPolicy(DispositionAction action, DmarcResult dmarc, DmarcPolicy asked) =>
        Refusal(action, "5.7.26", "4.7.26", $"the DMARC policy of {Safe(dmarc.PolicyDomain ?? dmarc.AuthorDomain)} asks to {Verb(asked)} mail that fails (RFC 9989)");

    /// <summary>For a message of which DMARC ends in a temporary error. RFC 3463 section 3.5: X.4.3 is a failure of a directory server.</summary>
    public static SmtpReply? OfTemporaryError(DispositionAction action, DmarcResult dmarc, bool isUndecided)
    {
        var cause = dmarc.ReasonKind == DmarcReason.SpfNotChecked ? "SPF was not checked" : "a DNS query failed";
        return Refusal(
            action,
            "5.4.3",
            "4.4.3",
            isUndecided
                ? $"{cause}, and it is not known whether the message fails the DMARC policy of {Safe(dmarc.PolicyDomain ?? dmarc.AuthorDomain)}"
                : $"{cause}, and DMARC of {Safe(dmarc.AuthorDomain)} could not be checked");
    }

    /// <summary>For a message without a usable author domain. RFC 3463 section 3.7: X.6.0 is a fault of the message's content.</summary>
    /// <param name="action">What is done.</param>
    /// <param name="defect">What makes the author domain unusable.</param>
    /// <param name="strictest">The result that names the strictest policy of several author domains, when that policy decides; else null.</param>
    /// <param name="asked">What that policy asks for.</param>
    public static SmtpReply? OfAuthor(DispositionAction action, AuthorDefect defect, DmarcResult? strictest, DmarcPolicy asked)
    {
        var why = strictest switch
        {
            null => Text(defect),
            { PolicyDomain: { } domain } => $"{Text(defect)}, and the DMARC policy of {Safe(domain)} asks to {Verb(asked)} such mail",
            _ => $"{Text(defect)}, more than can be looked up",
        };
        return Refusal(action, "5.6.0", "4.6.0", why + " (RFC 5322 section 3.6.2)");
    }

    /// <summary>For a message whose header was not read to its end.</summary>
    /// <param name="limit">The limit, in the library's words.</param>
    public static SmtpReply OfHeaderLimit(string limit) => new(552, "5.3.4", $"Not accepted: {limit}");

    /// <summary>For a message that the operator's exceptions refuse. RFC 3463 section 3.8: X.7.1 is a refusal by policy.</summary>
    public static SmtpReply? OfException(DispositionAction action) => Refusal(action, "5.7.1", "4.7.1", "local policy refuses such mail");

    /// <summary>For a message whose client is not known, while the operator's exceptions refuse mail of a network.</summary>
    public static SmtpReply? OfUnknownClient() =>
        Refusal(DispositionAction.TempFail, "5.7.1", "4.7.1", "the client is not known, and local policy refuses mail of some clients");

    private static SmtpReply? Refusal(DispositionAction action, string permanent, string temporary, string why) => action switch
    {
        DispositionAction.Reject => new SmtpReply(550, permanent, $"Not accepted: {why}"),
        DispositionAction.TempFail => new SmtpReply(451, temporary, $"Not accepted now: {why}; try again later"),
        DispositionAction.Accept or DispositionAction.Quarantine => null,
        _ => throw new UnreachableException(),
    };

    private static string Text(AuthorDefect defect) => defect switch
    {
        AuthorDefect.IncompleteHeader => "the header is too large to find the From field",
        AuthorDefect.NoField => "the message has no From field",
        AuthorDefect.SeveralFields => "the message has more than one From field",
        AuthorDefect.Malformed => "the From field is malformed",
        AuthorDefect.NoAddress => "the From field has no address",
        AuthorDefect.SeveralDomains => "the From field names more than one domain",
        AuthorDefect.UnusableDomain => "the domain in the From field is not a domain name",
        AuthorDefect.None => "the From field does not name one author domain",
        _ => throw new UnreachableException(),
    };

    private static string Verb(DmarcPolicy policy) => policy == DmarcPolicy.Reject ? "reject" : "quarantine";

    private static string Safe(DomainName? domain)
    {
        var text = domain?.ToString() ?? string.Empty;
        return text.AsSpan().ContainsAnyExcept(Plain)
            ? string.Create(text.Length, text, static (target, text) =>
            {
                for (var i = 0; i < text.Length; i++)
                {
                    target[i] = Plain.Contains(text[i]) ? text[i] : '?';
                }
            })
            : text;
    }
}
