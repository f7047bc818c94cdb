using Microsoft.Extensions.Logging;

namespace EmailAuth.Reports.Collection;

/// <summary>The log messages of this library. A fault is logged when it begins and when it ends, not at each attempt.</summary>
internal static partial class JournalLog
{
    [LoggerMessage(1, LogLevel.Error,
        "The journal of reports in {Folder} cannot be written: {Problem}. Mail goes on. Messages wait in memory up to {MaxBytes} bytes; reports do not count further ones")]
    public static partial void CannotWrite(ILogger logger, string folder, string problem, int maxBytes);

    [LoggerMessage(2, LogLevel.Information, "The journal of reports in {Folder} is written again; {Dropped} messages were not counted since it began")]
    public static partial void WrittenAgain(ILogger logger, string folder, long dropped);

    [LoggerMessage(3, LogLevel.Error,
        "The journal of reports in {Folder} has its largest size, {MaxBytes} bytes. Mail goes on, but reports do not count further messages until `emailauth reports collect` has imported some")]
    public static partial void Full(ILogger logger, string folder, long maxBytes);

    [LoggerMessage(4, LogLevel.Information, "The journal of reports in {Folder} has room again; {Dropped} messages were not counted since it began")]
    public static partial void RoomAgain(ILogger logger, string folder, long dropped);

    [LoggerMessage(5, LogLevel.Warning, "The clock jumped by {Seconds} seconds. Messages in the journal of reports keep the time that they have")]
    public static partial void ClockJumped(ILogger logger, long seconds);

    [LoggerMessage(6, LogLevel.Error, "The journal of reports in {Folder} was removed while it was written; it begins again")]
    public static partial void Removed(ILogger logger, string folder);
}
