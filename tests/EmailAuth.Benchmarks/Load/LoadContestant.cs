using System.Net;

namespace EmailAuth.Benchmarks.Load;

/// <summary>A milter of the comparison.</summary>
internal sealed class LoadContestant
{
    private LoadMessage[]? _messages;

    public required string Name { get; init; }

    /// <summary>Starts it, asking a name server.</summary>
    public required Func<IPEndPoint, Task<LoadDaemon>> StartAsync { get; init; }

    public bool IsOurs { get; init; }

    /// <summary>Whether it is one of the two that together do what ours does.</summary>
    public bool IsOfPair { get; init; }

    private bool IsBehindAnother { get; init; }

    public static LoadContestant[] Peers() =>
    [
        new() { Name = "opendkim", StartAsync = LoadPrograms.StartOpenDkimAsync, IsOfPair = true },
        new() { Name = "opendmarc", StartAsync = LoadPrograms.StartOpenDmarcAsync, IsOfPair = true, IsBehindAnother = true },
        new() { Name = "rspamd", StartAsync = LoadPrograms.StartRspamdAsync },
    ];

    /// <summary>The messages as it gets them.</summary>
    public LoadMessage[] MessagesOf(DomainMail mail) => _messages ??= LoadMessage.Of(mail, IsBehindAnother, needsNoField: !IsOurs && !IsOfPair);
}
