using System.Collections.Immutable;
using System.Net;
using NATS.Client.Core;

namespace EmailAuth.Cli.Nats;

/// <summary>What <c>emailauth worker</c> runs on. The command line checks the ranges.</summary>
internal sealed record WorkerOptions
{
    /// <summary>How to connect.</summary>
    public required NatsOpts Connection { get; init; }

    /// <summary>The stream with the lines.</summary>
    public required string Stream { get; init; }

    /// <summary>The consumer that all workers share.</summary>
    public required string Consumer { get; init; }

    /// <summary>The subject of the results; the name of the message is added to it.</summary>
    public required string Results { get; init; }

    /// <summary>The subject of the lines that cannot be judged; the name of the message is added to it.</summary>
    public required string DeadLetters { get; init; }

    /// <summary>Whether to make the streams and the consumer that do not exist.</summary>
    public bool Creates { get; init; }

    /// <summary>The most messages in flight.</summary>
    public int InFlight { get; init; } = OrderedWork.DefaultInFlight;

    /// <summary>The most bytes of lines in flight. A line that the server takes has room in any case.</summary>
    public long InFlightBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>How often a message is delivered before it is given up.</summary>
    public int MaxDeliver { get; init; } = 5;

    /// <summary>How long messages in flight may take when the worker stops.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Times the waits.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where monitoring connects; empty for no monitoring.</summary>
    public ImmutableArray<IPEndPoint> Listen { get; init; } = [];
}
