using Microsoft.Extensions.Logging;

namespace EmailAuth.Dns;

/// <summary>What a session logs.</summary>
internal static partial class DnsSessionLog
{
    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "The resolver failed on {Question}: {Message}")]
    public static partial void ResolverFault(ILogger logger, string question, string message, Exception? exception);
}
