using System.Collections.Immutable;
using System.Net;
using EmailAuth.Composition;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Results;
using EmailAuth.Signatures;

namespace EmailAuth.Milter.Logging;

/// <summary>
/// What the log says of one message: who sent it, what each method found and why, what was done. Nothing of its content: of the header the
/// author's domain and the names of removed fields alone.
/// </summary>
internal sealed record MessageLogEntry
{
    /// <summary>As many signatures and removed fields are listed: a sender can write thousands of either.</summary>
    public const int MaxListed = 16;

    public string? QueueId { get; init; }

    public IPAddress? Client { get; init; }

    public string? Helo { get; init; }

    /// <summary>The reverse-path without its brackets; empty for the null one.</summary>
    public required string ReversePath { get; init; }

    /// <summary>Why the message is not judged; null when it is.</summary>
    public string? NotJudged { get; init; }

    public required MessageAnswer Verdict { get; init; }

    public long BodyBytes { get; init; }

    /// <summary>From the end of the message to the answer.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>What was found; null of a message that was lost or not judged.</summary>
    public AuthenticationOutcome? Outcome => NotJudged is null ? Verdict.Outcome : null;

    /// <summary>What was done, in one word.</summary>
    public string Action => Verdict.Decision.Keyword();

    /// <summary>Why; null where nothing is known.</summary>
    public string? Reason => NotJudged is not null && Verdict.Decision == MilterDecision.Accept ? null : Verdict.Reason;

    /// <summary>
    /// The author's domain; those of all addresses where there are several, and none can be relied on (RFC 9989 section 5.3.1).
    /// </summary>
    public ImmutableArray<string> AuthorDomains => Outcome?.Author is { } author
        ? author.Domain is { } domain ? [domain.ToString()] : [.. author.Domains.Select(d => d.ToString())]
        : [];

    /// <summary>
    /// The Authentication-Results field, unfolded, that a refused message would have got; null of any other, which has it in its header.
    /// </summary>
    public string? WithheldField => Outcome is { } outcome && Verdict.Decision is MilterDecision.Reject or MilterDecision.TemporaryFailure
        ? outcome.Header.Replace("\r\n", string.Empty, StringComparison.Ordinal)
        : null;

    /// <summary>The signatures that are listed: those that pass, then the topmost of the others; in the order of the message.</summary>
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

    /// <summary>The policy that the applying record publishes; null without one.</summary>
    public static string? PolicyOf(DmarcResult dmarc) => dmarc.PublishedPolicy?.Keyword();

    /// <summary>The line of a log for people.</summary>
    public override string ToString() => MessageLogLine.Write(this);
}
