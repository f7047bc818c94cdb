using System.Net;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Logging;
using EmailAuth.Milter.Protocol;

namespace EmailAuth.Milter;

/// <summary>What the service reports to its operator: log lines, and the metrics that belong to them.</summary>
internal sealed partial class MilterEvents(ILogger<MilterEvents> logger, MilterMetrics metrics)
{
    private static readonly EventId Judged = new(1, "MessageJudged");
    private static readonly EventId NotJudged = new(2, "MessageNotJudged");

    private static readonly TimeSpan CannotAcceptInterval = TimeSpan.FromMinutes(1);

    // The time of the last such log line; 0 means never.
    private long _cannotAcceptLogged;

    public void Negotiated(MilterContext agreed)
    {
        if (!agreed.Steps.HasFlag(MilterSteps.HeaderLeadingSpace))
        {
            LogNoLeadingSpace();
        }

        if (!agreed.Actions.HasFlag(MilterActions.ChangeHeaders))
        {
            LogNoHeaderChanges();
        }
    }

    /// <summary>Whether a message's line is written; if not, it need not be made.</summary>
    public bool LogsMessages => logger.IsEnabled(LogLevel.Information);

    /// <summary>A message was answered: counts it.</summary>
    /// <param name="decision">The answer.</param>
    /// <param name="wait">From its end to the answer.</param>
    /// <param name="notJudged">Why it was not judged; null when it was.</param>
    /// <param name="signing">Whether it was signed, or the code of the reason why not; null when mail of its client is not signed.</param>
    public void MessageDecided(MilterDecision decision, TimeSpan wait, string? notJudged, string? signing)
    {
        if (notJudged is not null && decision == MilterDecision.Accept)
        {
            metrics.Passed(notJudged);
        }
        else
        {
            metrics.Decided(decision, wait);
        }

        if (signing is not null)
        {
            metrics.Signed(signing);
        }
    }

    /// <summary>Logs the one line of a message, whatever the answer is.</summary>
    public void LogMessage(MessageLogEntry entry) =>
        logger.Log(LogLevel.Information, entry.NotJudged is null ? Judged : NotJudged, entry, null, static (entry, _) => entry.ToString());

    /// <summary>A client whose mail is not judged begins to send. Called once for each connection.</summary>
    public void ClientTrusted(IPAddress? client)
    {
        metrics.ClientTrusted();
        LogTrusted((object?)client ?? "local socket");
    }

    /// <summary>A connection could not be accepted; the service tries again soon. Logged once a minute while this lasts.</summary>
    public void CannotAccept(string why, TimeProvider timeProvider)
    {
        metrics.CannotAccept();
        if (IsTimeToLogAccepting(timeProvider))
        {
            LogCannotAccept(why);
        }
    }

    /// <summary>A connection waits until another ends, so that file descriptors remain free. Logged once a minute while this lasts.</summary>
    /// <param name="capacity">The number of open connections.</param>
    /// <param name="isMta">Whether it is an MTA's connection, not one for <c>/metrics</c>.</param>
    /// <param name="timeProvider">The clock.</param>
    public void NoRoom(int capacity, bool isMta, TimeProvider timeProvider)
    {
        metrics.CannotAccept();
        if (!IsTimeToLogAccepting(timeProvider))
        {
            return;
        }

        if (isMta)
        {
            LogNoRoom(capacity);
        }
        else
        {
            LogNoHttpRoom(capacity);
        }
    }

    public void InternalError(string? queueId, Exception exception)
    {
        metrics.InternalError();
        LogInternalError(exception, LogText.Name(queueId));
    }

    public void ProtocolViolated(string peer, string? queueId, string what)
    {
        metrics.ProtocolViolated();
        LogViolation(peer, LogText.Name(queueId), what);
    }

    public void ConnectionRefused(string peer, int limit)
    {
        metrics.ConnectionRefused();
        LogRefused(peer, limit);
    }

    public void ConnectionOpened() => metrics.ConnectionOpened();

    public void ConnectionClosed() => metrics.ConnectionClosed();

    /// <summary>A connection ended without QUIT.</summary>
    public void ConnectionLost(string peer, string? queueId, string why) => LogLost(peer, LogText.Name(queueId), why);

    private bool IsTimeToLogAccepting(TimeProvider timeProvider)
    {
        var now = timeProvider.GetTimestamp();
        var last = Interlocked.Read(ref _cannotAcceptLogged);
        return (last == 0 || timeProvider.GetElapsedTime(last, now) >= CannotAcceptInterval) &&
            Interlocked.CompareExchange(ref _cannotAcceptLogged, Math.Max(now, 1), last) == last;
    }

    [LoggerMessage(9, LogLevel.Information, "client={Client} not judged: it is in UncheckedClients")]
    private partial void LogTrusted(object client);

    [LoggerMessage(10, LogLevel.Error,
        "connections cannot be accepted: {Why}; the service tries again five times a second, and MTAs wait. If file descriptors are used up, raise " +
        "LimitNOFILE or lower MaxConnections")]
    private partial void LogCannotAccept(string why);

    [LoggerMessage(11, LogLevel.Error,
        "connections cannot be accepted: {Capacity} are open, and the service needs the other file descriptors and memory; MTAs wait until a connection ends. " +
        "Raise LimitNOFILE or MemoryMax, as the line at the start says, or lower MaxConnections to have further connections closed at once")]
    private partial void LogNoRoom(int capacity);

    [LoggerMessage(12, LogLevel.Error, "HTTP connections cannot be accepted: {Capacity} are open")]
    private partial void LogNoHttpRoom(int capacity);

    [LoggerMessage(3, LogLevel.Error, "{QueueId}: internal error; the message gets the answer of OnInternalError")]
    private partial void LogInternalError(Exception exception, string queueId);

    [LoggerMessage(4, LogLevel.Warning, "{QueueId}: connection of {Peer} closed because it broke the milter protocol: {What}")]
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
        "the MTA does not let a milter change header fields (SMFIF_CHGHDRS): forged Authentication-Results fields stay in messages")]
    private partial void LogNoHeaderChanges();
}
