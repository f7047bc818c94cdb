namespace EmailAuth.Cli.Input;

/// <summary>A message of an mbox file.</summary>
/// <param name="Bytes">The message, without the line that starts it.</param>
/// <param name="Separator">That line; a longer one than any program writes is cut.</param>
internal sealed record MailboxMessage(ReadOnlyMemory<byte> Bytes, string Separator);
