using EmailAuth.Hosting;

namespace EmailAuth.Milter.Dialogue;

/// <summary>One SMTP client's messages, one after the other, told in the order of the dialogue.</summary>
internal interface IMessageAuthentication : IAsyncDisposable
{
    void SetHelo(string helo);

    /// <summary>Begins a message.</summary>
    /// <param name="reversePath">The reverse-path without its brackets; empty for the null one.</param>
    /// <param name="isAuthenticated">Whether the client proved who it is by SMTP AUTH.</param>
    void SetMailFrom(string reversePath, bool isAuthenticated);

    /// <summary>
    /// Begins a message that is not judged, as its client proved who it is or is left unchecked: only fields that may not be in it are
    /// looked for. Results of ours are forged wherever they come from (RFC 8601 section 5).
    /// </summary>
    void SetSubmission();

    /// <summary>A recipient that the MTA accepted.</summary>
    /// <param name="mailbox">The forward-path without its brackets.</param>
    void AddRecipient(string mailbox);

    /// <summary>A field as it stands in the message.</summary>
    /// <param name="name">What stands before the colon.</param>
    /// <param name="value">What stands after it, leading space and folding included, the final CRLF not.</param>
    void AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    void EndOfHeaders();

    void AppendBody(ReadOnlySpan<byte> bytes);

    /// <summary>Decides what is to happen to the message.</summary>
    ValueTask<MessageAnswer> CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Says what was done with the message that was decided.</summary>
    void ReportApplied(AppliedAction applied);

    /// <summary>Forgets the message, finished or not; the client stays.</summary>
    void Reset();
}
