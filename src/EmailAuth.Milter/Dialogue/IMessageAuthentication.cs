using EmailAuth.Hosting;

namespace EmailAuth.Milter.Dialogue;

/// <summary>Authenticates the messages of one SMTP client, one after the other, in the order of the dialogue.</summary>
internal interface IMessageAuthentication : IAsyncDisposable
{
    void SetHelo(string helo);

    /// <summary>Begins a message.</summary>
    /// <param name="reversePath">The reverse-path without its brackets; empty for the null one.</param>
    /// <param name="isAuthenticated">Whether the client authenticated by SMTP AUTH.</param>
    void SetMailFrom(string reversePath, bool isAuthenticated);

    /// <summary>
    /// Begins a message that is not judged, because its client authenticated or is not checked. Only the fields that must be removed are
    /// searched. Arriving results in our name are forged, even if a trusted client sends them (RFC 8601 section 5).
    /// </summary>
    void SetSubmission();

    /// <summary>The message is signed as well, if its author domain is in the table: its client is one of ours. Called after it has begun.</summary>
    void Sign();

    /// <summary>A recipient that the MTA accepted.</summary>
    /// <param name="mailbox">The forward-path without its brackets.</param>
    void AddRecipient(string mailbox);

    /// <summary>A field as it is in the message.</summary>
    /// <param name="name">The bytes before the colon.</param>
    /// <param name="value">The bytes after the colon, with leading space and folding, without the final CRLF.</param>
    void AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    void EndOfHeaders();

    void AppendBody(ReadOnlySpan<byte> bytes);

    /// <summary>Decides what to do with the message.</summary>
    ValueTask<MessageAnswer> CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Reports the action that was applied to the message.</summary>
    void ReportApplied(AppliedAction applied);

    /// <summary>Forgets the message, finished or not; the client stays.</summary>
    void Reset();
}
