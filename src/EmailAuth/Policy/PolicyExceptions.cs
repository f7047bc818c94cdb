using System.Collections.Immutable;
using System.Net;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Policy;

/// <summary>
/// The operator's exceptions from local policy: a line for each. Immutable.
/// </summary>
/// <remarks>
/// <para>
/// A line is <c>WHO ACTION [until YYYY-MM-DD] # WHY</c>. WHO is an author domain (<c>example.com</c>; <c>.example.com</c> with all below it), a
/// network of clients (<c>192.0.2.0/24</c>) or both (<c>example.com@192.0.2.0/24</c>). ACTION is <c>accept</c>, <c>at-most-quarantine</c>, <c>reject</c>, or
/// <c>skip</c> with methods (<c>skip spf,dkim</c>). Lines that begin with <c>#</c> and empty lines say nothing.
/// </para>
/// <para>
/// Anyone can write any domain into From: <c>accept</c> and <c>skip</c> by domain alone open the domain to forgers. Name the network as well.
/// </para>
/// </remarks>
public sealed class PolicyExceptions
{
    /// <summary>The longest text that is read, in characters.</summary>
    internal const int MaxLength = 256 * 1024;

    /// <summary>The most lines that are exceptions: each is compared with each message.</summary>
    internal const int MaxExceptions = 1000;

    internal PolicyExceptions(ImmutableArray<PolicyExceptionLine> all) => All = all;

    /// <summary>No exceptions.</summary>
    public static PolicyExceptions None { get; } = new([]);

    /// <summary>The exceptions, in the order of their lines.</summary>
    public ImmutableArray<PolicyExceptionLine> All { get; }

    /// <summary>Reads exceptions.</summary>
    /// <param name="text">The lines.</param>
    /// <returns>
    /// The exceptions, or what is wrong: the reason names each wrong line by its number, at most ten of them and then how many there are; the position and
    /// the code are those of the first.
    /// </returns>
    public static ParseResult<PolicyExceptions> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PolicyExceptionsParser.Parse(text);
    }

    /// <summary>
    /// What an operator should know of exceptions that are valid: lines that free mail of every client from the policy, as anyone can write any domain into
    /// From. One text each, which begins with the number of the line.
    /// </summary>
    /// <param name="today">The day, in UTC. A line past its last day is left out.</param>
    public ImmutableArray<string> WarningsAt(DateOnly today) =>
        [.. All.Where(line => !line.IsExpired(today)).Select(static line => line.Danger).OfType<string>()];

    /// <summary>The exceptions, one a line.</summary>
    public override string ToString() => string.Join('\n', All);

    /// <summary>What the exceptions say of a message: the first line about it that is not <c>skip</c>, and every <c>skip</c>.</summary>
    internal ExceptionMatch Find(Author author, IPAddress? client, DateOnly today)
    {
        PolicyExceptionLine? deciding = null;
        ImmutableArray<PolicyExceptionLine>.Builder? skips = null;
        foreach (var exception in All)
        {
            if ((exception.Kind != ExceptionAction.Skip && deciding is not null) || exception.IsExpired(today) || !exception.IsAbout(author, client))
            {
                continue;
            }

            if (exception.Kind == ExceptionAction.Skip)
            {
                (skips ??= ImmutableArray.CreateBuilder<PolicyExceptionLine>()).Add(exception);
            }
            else
            {
                deciding = exception;
            }
        }

        return new ExceptionMatch(deciding, skips?.ToImmutable() ?? []);
    }

    /// <summary>
    /// The same where a relay brought the message, and its client is not known. A sender can cause this, by a HELO name or by a name of its address that
    /// cannot be looked up, so it frees nobody from a line that refuses a network; nor is anybody trusted.
    /// </summary>
    /// <param name="author">The author.</param>
    /// <param name="unplaced">An address that is that of the client or of a relay; null where the client may have any.</param>
    /// <param name="today">The day.</param>
    internal ExceptionMatch FindBehindRelay(Author author, IPAddress? unplaced, DateOnly today)
    {
        var match = Find(author, null, today);
        if (unplaced is not null)
        {
            return Find(author, unplaced, today).Deciding is { Kind: ExceptionAction.Reject } refusal ? match with { Deciding = refusal } : match;
        }

        foreach (var exception in All)
        {
            if (ReferenceEquals(exception, match.Deciding))
            {
                break;
            }

            if (exception.MayRefuse(author) && !exception.IsExpired(today))
            {
                return match with { Possible = exception };
            }
        }

        return match;
    }
}
