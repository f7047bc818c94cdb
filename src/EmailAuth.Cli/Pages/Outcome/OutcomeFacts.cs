using EmailAuth.Cli.Envelopes;
using EmailAuth.Cli.Output;
using EmailAuth.Dmarc;
using EmailAuth.Policy;

namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>The facts beside the answer: who the message claims to be from, the verdict, what the domain asks, where it came from.</summary>
internal static class OutcomeFacts
{
    public static Html Of(MessageAccount account)
    {
        var outcome = account.Outcome;
        Html subject = account.Shown.Subject is { } text ? (Html)$"{Shown.Name(text)}" : $"<span class=\"muted\">none</span>";
        return $"""
            <dl class="facts"><dt>Claims to be from</dt><dd>{Author(account)}</dd>
            <dt>Verdict</dt><dd class="verdict">{Verdict(outcome)}</dd>
            <dt>The domain asks</dt><dd>{Policy(outcome.Dmarc)}</dd>
            <dt>What happens</dt><dd>{Action(outcome)}</dd>
            {Envelope(account)}<dt>Subject</dt><dd>{subject}</dd></dl>
            """;
    }

    private static Html Author(MessageAccount account)
    {
        var author = account.Outcome.Author;
        if (author.Domain is not { } domain)
        {
            return $"{Badge.Of(State.Fail, "no usable author")} {Shown.Whole(author.Reason)}";
        }

        Html name = account.Shown.DisplayName is { } shown ? $"{Shown.Name(shown)}<br>" : Html.Empty;
        return $"{name}{Shown.Code($"{author.LocalPart}@{domain}")}";
    }

    private static Html Verdict(AuthenticationOutcome outcome) => outcome.Dmarc switch
    {
        null => $"{Badge.Of(State.None, "DMARC not checked")}",
        _ when OpenVerdict.Is(outcome) => $"{Badge.Of(State.Risk, "DMARC undecided")}",
        { } dmarc => $"{Badge.Of(Badge.StateOf(dmarc.Code.Keyword()), $"DMARC {dmarc.Code.Keyword()}")}",
    };

    private static Html Policy(DmarcResult? dmarc)
    {
        if (dmarc?.Record is null)
        {
            return dmarc is { Code: DmarcResultCode.TempError } ? (Html)$"{Badge.Of(State.Risk, "not known")}" : $"<span class=\"muted\">nothing: it has no DMARC record</span>";
        }

        var policy = (dmarc.PublishedPolicy ?? DmarcPolicy.None).Keyword();
        Html asks = dmarc.PublishedPolicy is null or DmarcPolicy.None ? (Html)$"<strong>nothing</strong>" : $"<strong>{policy}</strong> what fails";
        Html whose = dmarc.Source is DmarcPolicySource.AuthorDomain
            ? (Html)$"({Shown.Code($"{dmarc.PolicyTag}={policy}")})"
            : $"({Shown.Code($"{dmarc.PolicyTag}={policy}")} of {Shown.Code(dmarc.PolicyDomain?.ToString())}, inherited)";
        Html testing = dmarc.EffectivePolicy is { } effective && effective != dmarc.PublishedPolicy
            ? $"; in test mode, so {effective.Keyword()}"
            : Html.Empty;
        return $"{asks} <span class=\"muted\">{whose}{testing}</span>";
    }

    // With a guessed envelope no host has received the message, so none does anything with it.
    private static Html Action(AuthenticationOutcome outcome)
    {
        if (outcome.HasReconstructedEnvelope)
        {
            return $"<span class=\"muted\">nothing here: the envelope is a guess, so the verdict only explains</span>";
        }

        var disposition = outcome.Disposition;
        var (state, word) = disposition.Action switch
        {
            DispositionAction.Accept => (State.Pass, "accept"),
            DispositionAction.Quarantine => (State.Risk, "quarantine"),
            DispositionAction.Reject => (State.Fail, "reject"),
            DispositionAction.TempFail => (State.Risk, "refuse for now"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        Html reply = disposition.Reply is { } answer ? $" {Shown.Code($"{answer.Code} {answer.EnhancedCode}")}" : Html.Empty;
        return $"{Badge.Of(state, word)}{reply} <span class=\"muted\">{Shown.Whole(disposition.Reason)}</span>";
    }

    private static Html Envelope(MessageAccount account)
    {
        var (outcome, stored) = (account.Outcome, account.Envelope);
        var spf = outcome.Spf ?? outcome.SpfHelo;
        var client = stored?.Envelope.ClientAddress ?? spf?.Client;
        var helo = stored is null ? spf?.Helo : stored.Envelope.Helo;
        Html name = helo is null ? Html.Empty : $" {Shown.Code(helo)}";
        Html from = stored is null
            ? Html.Empty
            : $" <span class=\"muted\">taken from {stored.ClientSource.Words(stored.Line)}{(stored.Envelope.IsReconstructed ? ", a guess" : string.Empty)}</span>";
        Html cameFrom = client is null ? (Html)$"<span class=\"muted\">not known{(stored?.Problem is { } problem ? $": {problem}" : string.Empty)}</span>" : $"{Shown.Code(client.ToString())}{name}{from}";
        return $"<dt>Came from</dt><dd>{cameFrom}</dd><dt>Envelope sender</dt><dd>{Sender(account)}</dd>";
    }

    private static Html Sender(MessageAccount account)
    {
        if (account.Envelope is { } stored)
        {
            return stored.Envelope.MailFrom switch
            {
                null => $"<span class=\"muted\">not known</span>",
                "" => $"{Shown.Code("<>")} <span class=\"muted\">empty, as of bounces</span>",
                { } path => $"{Shown.Code(path)} <span class=\"muted\">from {stored.MailFromSource.Words(stored.Line)}</span>",
            };
        }

        return account.Outcome.Spf switch
        {
            null => $"<span class=\"muted\">not checked</span>",
            { Sender: "postmaster@" } => $"<span class=\"muted\">not known</span>",
            { } spf => $"{Shown.Code(spf.Sender)}",
        };
    }
}
