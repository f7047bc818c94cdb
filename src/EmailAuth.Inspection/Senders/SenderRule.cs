namespace EmailAuth.Inspection.Senders;

/// <summary>A row of the table of requirements: who asks for what. Null for a provider that does not ask.</summary>
/// <param name="Name">The name for programs.</param>
/// <param name="Text">What is asked.</param>
/// <param name="Gmail">To whom it applies at Gmail, and the source; "advice: " before it when it is not required.</param>
/// <param name="Yahoo">The same for Yahoo.</param>
/// <param name="Microsoft">The same for Microsoft's mailboxes for consumers.</param>
internal sealed record SenderRule(string Name, string Text, string? Gmail, string? Yahoo, string? Microsoft);
