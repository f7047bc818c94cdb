using System.Buffers;
using System.Net;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;

namespace EmailAuth.Milter;

/// <summary>What the service tells its operator: log lines, and figures beside them. Texts of strangers lose their control characters.</summary>
internal sealed partial class MilterEvents(ILogger<MilterEvents> logger, MilterMetrics metrics)
{
    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 0xa0).Where(c => char.IsControl((char)c)).Select(c => (char)c)) + "\u2028\u2029");

    private static readonly TimeSpan CannotAcceptInterval = TimeSpan.FromMinutes(1);

    // When it was last logged; 0: never.
    private long _cannotAcceptLogged;

    public void Negotiated(MilterNegotiation agreed)
    {
        if (!agreed.HasLeadingSpace)
        {
            LogNoLeadingSpace();
        }

        if (!agreed.Actions.HasFlag(MilterActions.ChangeHeaders))
        {
            LogNoHeaderChanges();
        }
    }

    public void MessageDecided(
        string? queueId, IPAddress? client, string? helo, string reversePath, MilterVerdict verdict, long bodyBytes, TimeSpan wait)
    {
        metrics.Decided(verdict.Decision, wait);
        LogMessage(
            Printable(queueId), (object?)client ?? "unknown", Printable(helo), Printable(reversePath), Printable(verdict.Summary), verdict.Decision,
            verdict.Removals.Length, bodyBytes, wait.TotalMilliseconds);
    }

    /// <summary>A client whose mail is not looked at, once a connection: its mail leaves no other trace.</summary>
    public void ClientTrusted(IPAddress? client)
    {
        metrics.ClientTrusted();
        LogTrusted((object?)client ?? "local socket");
    }

    /// <summary>A connection could not be accepted; it is tried again in a moment. Logged once a minute while it lasts.</summary>
    public void CannotAccept(string why, TimeProvider timeProvider)
    {
        metrics.CannotAccept();
        var now = timeProvider.GetTimestamp();
        var last = Interlocked.Read(ref _cannotAcceptLogged);
        if ((last == 0 || timeProvider.GetElapsedTime(last, now) >= CannotAcceptInterval) &&
            Interlocked.CompareExchange(ref _cannotAcceptLogged, Math.Max(now, 1), last) == last)
        {
            LogCannotAccept(why);
        }
    }

    public void MessagePassed(string? queueId, IPAddress? client, string why, int removed)
    {
        metrics.Passed(why);
        LogPassed(Printable(queueId), (object?)client ?? "unknown", why, removed);
    }

    public void InternalError(string? queueId, Exception exception)
    {
        metrics.InternalError();
        LogInternalError(exception, Printable(queueId));
    }

    public void ProtocolViolated(string peer, string? queueId, string what)
    {
        metrics.ProtocolViolated();
        LogViolation(peer, Printable(queueId), what);
    }

    public void ConnectionRefused(string peer, int limit)
    {
        metrics.ConnectionRefused();
        LogRefused(peer, limit);
    }

    public void ConnectionOpened() => metrics.ConnectionOpened();

    public void ConnectionClosed() => metrics.ConnectionClosed();

    /// <summary>A connection that ended otherwise than by QUIT.</summary>
    public void ConnectionLost(string peer, string? queueId, string why) => LogLost(peer, Printable(queueId), why);

    private static string Printable(string? text)
    {
        if (text is null)
        {
            return "-";
        }

        return text.AsSpan().ContainsAny(ControlCharacters)
            ? string.Create(text.Length, text, static (target, text) => text.AsSpan().ReplaceAny(target, ControlCharacters, '?'))
            : text;
    }

    [LoggerMessage(1, LogLevel.Information,
        "{QueueId}: client={Client} helo={Helo} from=<{ReversePath}> {Verdicts} action={Action} removed={Removed} body={BodyBytes} " +
        "wait={WaitMilliseconds:0.###} ms")]
    private partial void LogMessage(
        string queueId, object client, string helo, string reversePath, string verdicts, MilterDecision action, int removed,
        long bodyBytes, double waitMilliseconds);

    [LoggerMessage(2, LogLevel.Information, "{QueueId}: client={Client} not judged: {Why} removed={Removed}")]
    private partial void LogPassed(string queueId, object client, string why, int removed);

    [LoggerMessage(9, LogLevel.Information, "client={Client} not judged: it is in TrustedNetworks")]
    private partial void LogTrusted(object client);

    [LoggerMessage(10, LogLevel.Error,
        "connections cannot be accepted: {Why}; it is tried again five times a second, and MTAs wait meanwhile. Out of descriptors, raise LimitNOFILE or " +
        "lower MaxConnections")]
    private partial void LogCannotAccept(string why);

    [LoggerMessage(3, LogLevel.Error, "{QueueId}: internal error; the message is answered as OnInternalError says")]
    private partial void LogInternalError(Exception exception, string queueId);

    [LoggerMessage(4, LogLevel.Warning, "{QueueId}: connection of {Peer} closed, as it broke the milter protocol: {What}")]
    private partial void LogViolation(string peer, string queueId, string what);

    [LoggerMessage(5, LogLevel.Warning, "connection of {Peer} refused: more than MaxConnections ({Limit})")]
    private partial void LogRefused(string peer, int limit);

    [LoggerMessage(6, LogLevel.Information, "{QueueId}: connection of {Peer} ended: {Why}")]
    private partial void LogLost(string peer, string queueId, string why);

    [LoggerMessage(7, LogLevel.Warning,
        "the MTA does not keep the space after the colon of header fields (SMFIP_HDR_LEADSPC): DKIM signatures with " +
        "simple header canonicalization may fail")]
    private partial void LogNoLeadingSpace();

    [LoggerMessage(8, LogLevel.Warning,
        "the MTA does not let header fields be changed (SMFIF_CHGHDRS): forged Authentication-Results fields stay in messages")]
    private partial void LogNoHeaderChanges();
}
