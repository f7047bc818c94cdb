using System.Collections.Immutable;
using System.Net;
using EmailAuth.Composition;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Results;
using EmailAuth.Signatures;

namespace EmailAuth.Milter.Logging;

/// <summary>
/// The log entry of one message: who sent it, what each method found and why, and what was done. It has nothing of the message's content: of
/// the header only the author's domain and the names of removed fields.
/// </summary>
internal sealed record MessageLogEntry
{
    /// <summary>The most signatures and removed fields that are listed: a sender can write thousands of either.</summary>
    public const int MaxListed = 16;

    public string? QueueId { get; init; }

    public IPAddress? Client { get; init; }

    public string? Helo { get; init; }

    /// <summary>The relay that brought the message, and what it says of the client; null when the client connected itself.</summary>
    public RelayedClient? Relay { get; init; }

    /// <summary>The reverse-path without its brackets; empty for the null one.</summary>
    public required string ReversePath { get; init; }

    /// <summary>Why the message is not judged; null when it is judged.</summary>
    public string? NotJudged { get; init; }

    public required MessageAnswer Verdict { get; init; }

    /// <summary>Whether the MTA lets the milter remove fields.</summary>
    public bool CanRemoveFields { get; init; } = true;

    /// <summary>The fields that are removed; of a refused message those that would have been.</summary>
    public ImmutableArray<FieldRemoval> Removed => CanRemoveFields ? Verdict.Removals : [];

    /// <summary>The fields that should be removed and stay, because the MTA does not let the milter remove any.</summary>
    public ImmutableArray<FieldRemoval> NotRemoved => CanRemoveFields ? [] : Verdict.Removals;

    public long BodyBytes { get; init; }

    /// <summary>The time from the end of the message to the answer.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The outcome; null when the message failed or was not judged.</summary>
    public AuthenticationOutcome? Outcome => NotJudged is null ? Verdict.Outcome : null;

    /// <summary>The action, in one word.</summary>
    public string Action => Verdict.Decision.Keyword();

    /// <summary>The reason for the action; null when it is not known.</summary>
    public string? Reason => NotJudged is not null && Verdict.Decision == MilterDecision.Accept ? null : Verdict.Reason;

    /// <summary>Who From says wrote it; null when the message failed, and when it was neither judged nor to be signed.</summary>
    public Author? Author => Outcome?.Author ?? Verdict.Signing?.Author;

    /// <summary>
    /// The author's domain. If From has several domains, all of them: none can be relied on (RFC 9989 section 5.3.1).
    /// </summary>
    public ImmutableArray<string> AuthorDomains => Author is { } author
        ? author.Domain is { } domain ? [domain.ToString()] : [.. author.Domains.Select(d => d.ToString())]
        : [];

    /// <summary>
    /// The Authentication-Results field, unfolded, that a refused message would have received; null for any other message, which has the field in
    /// its header.
    /// </summary>
    public string? WithheldField => Outcome is { } outcome && Verdict.Decision is MilterDecision.Reject or MilterDecision.TemporaryFailure
        ? outcome.Header.Replace("\r\n", string.Empty, StringComparison.Ordinal)
        : null;

    /// <summary>The signatures that are listed: first those that pass, then the topmost of the others, written in the order of the message.</summary>
    public IEnumerable<DkimResult> ListedSignatures
    {
        get
        {
            var all = Outcome?.Dkim?.Signatures ?? [];
            if (all.Length <= MaxListed)
            {
                return all;
            }

            var passes = Math.Min(all.Count(s => s.Code == SignatureResultCode.Pass), MaxListed);
            var others = MaxListed - passes;
            return all.Where(s => s.Code == SignatureResultCode.Pass ? passes-- > 0 : others-- > 0).ToList();
        }
    }

    /// <summary>How many signatures are not listed.</summary>
    public int OmittedSignatures => Math.Max((Outcome?.Dkim?.Signatures.Length ?? 0) - MaxListed, 0);

    /// <summary>What each method found, in the order of the dialogue: the client's address, HELO, MAIL FROM, then what the message has.</summary>
    public static IEnumerable<IMethodOutcome> InOrder(AuthenticationOutcome outcome) => MethodTable.InDialogueOrder(outcome);

    /// <summary>The policy of the record that applies; null without a record.</summary>
    public static string? PolicyOf(DmarcResult dmarc) => dmarc.PublishedPolicy?.Keyword();

    /// <summary>The entry as a line of the text log.</summary>
    public override string ToString() => MessageLogLine.Write(this);
}
