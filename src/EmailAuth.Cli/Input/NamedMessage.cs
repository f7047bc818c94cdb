namespace EmailAuth.Cli.Input;

/// <summary>A message, and its name in output.</summary>
/// <param name="Name">The file, with the number of the message in it when the file has several.</param>
/// <param name="Bytes">The message with CRLF line ends; empty when it could not be read.</param>
/// <param name="Error">Why it could not be read, or null.</param>
internal sealed record NamedMessage(string Name, ReadOnlyMemory<byte> Bytes, string? Error = null)
{
    /// <summary>The line that starts the message in its mbox file; null for a message that is not in one.</summary>
    public string? MailboxLine { get; init; }
}
