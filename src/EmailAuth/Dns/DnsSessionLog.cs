using EmailAuth.Syntax;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Dns;

/// <summary>What a session logs.</summary>
internal static class DnsSessionLog
{
    // Written by hand: with messages in two classes the generator of LoggerMessage orders these by chance, and no two builds of the library are
    // equal. Its class is Hosting's.
    private static readonly Action<ILogger, string, string, Exception?> ResolverFaultMessage = LoggerMessage.Define<string, string>(
        LogLevel.Warning, new EventId(4, nameof(ResolverFault)), "The resolver failed on {Question}: {Message}");

    public static void ResolverFault(ILogger logger, string question, string message, Exception? exception) =>
        HostCode.Try(static fault => ResolverFaultMessage(fault.logger, fault.question, fault.message, fault.exception), (logger, question, message, exception));
}
