namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>The header field for the message, the reply to the sending host, and the fields to remove.</summary>
internal static class FieldSection
{
    public static Html Of(AuthenticationOutcome outcome)
    {
        Html field = string.IsNullOrEmpty(outcome.Header)
            ? $"<p>There is no Authentication-Results field: the envelope is a guess, so no host received the message with it.</p>"
            : CopyBlock("results", $"What {Shown.Code(outcome.AuthservId)} puts on top of the message (RFC 8601):", "Copy the field", outcome.Header);
        Html second = string.IsNullOrEmpty(outcome.ExtendedHeader)
            ? Html.Empty
            : CopyBlock("results2", $"The results that many readers do not accept in the first field:", "Copy the second field", outcome.ExtendedHeader);
        Html reply = outcome.Disposition.Reply is { } answer && !outcome.HasReconstructedEnvelope
            ? CopyBlock("reply", $"The reply to the sending host:", "Copy the reply", answer.ToString())
            : Html.Empty;
        return $"{field}{second}{reply}{Removals(outcome)}";
    }

    /// <summary>A block of text with a button that copies it.</summary>
    public static Html CopyBlock(string id, Html lead, string button, string text) =>
        $"<div class=\"copy\"><p class=\"lead\">{lead}</p><p><button type=\"button\" data-copy=\"{Shown.Attribute(id)}\" hidden>{button}</button> <span role=\"status\"></span></p></div><pre id=\"{Shown.Attribute(id)}\">{Shown.Block(text)}</pre>";

    private static Html Removals(AuthenticationOutcome outcome)
    {
        if (outcome.FieldsToRemove.IsEmpty)
        {
            return Html.Empty;
        }

        var table = new HtmlTable($"Fields to remove before the message is delivered (RFC 8601 section 5)", "Field", "Number", "Why").Numbers(1);
        foreach (var field in outcome.FieldsToRemove.Take(20))
        {
            table.Row($"{Shown.Code(field.Name)}", $"{field.Occurrence}", $"{Shown.Whole(field.Reason)}");
        }

        return table.ToHtml();
    }
}
