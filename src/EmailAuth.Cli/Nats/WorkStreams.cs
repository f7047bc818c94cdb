using EmailAuth.Cli.Output;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EmailAuth.Cli.Nats;

/// <summary>Finds the streams and the consumer, makes those that are missing if it is asked to, and refuses those that cannot do the work.</summary>
/// <param name="context">The connection.</param>
/// <param name="creates">Whether to make what does not exist.</param>
internal sealed class WorkStreams(INatsJSContext context, bool creates)
{
    private const int NotFound = 404;

    // All workers together; the default of the server, 1,000, would keep several workers waiting for each other.
    private const int MaxInFlight = 65_536;

    // Longer than most messages take; a worker that needs longer says so to the server.
    private static readonly TimeSpan AckWait = TimeSpan.FromSeconds(30);

    /// <summary>The stream of lines.</summary>
    /// <exception cref="CommandException">It does not exist.</exception>
    public async Task<INatsJSStream> LinesAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await context.GetStreamAsync(name, cancellationToken: cancellationToken);
        }
        catch (NatsJSApiException e) when (e.Error.Code == NotFound)
        {
            // A line that was acknowledged is not needed any longer.
            return creates
                ? await CreateAsync(name, $"{name}.>", StreamConfigRetention.Workqueue, cancellationToken)
                : throw new CommandException(ExitCode.Input, $"there is no stream '{name}': make it, or let --create do it", e);
        }
    }

    /// <summary>The consumer that the workers share.</summary>
    /// <exception cref="CommandException">It does not exist, or is not one to work with.</exception>
    public async Task<INatsJSConsumer> ConsumerAsync(string stream, string name, int maxDeliver, CancellationToken cancellationToken)
    {
        var consumer = await FindAsync(stream, name, cancellationToken);
        var config = consumer.Info.Config;
        if (config.DeliverSubject is not null)
        {
            throw new CommandException(ExitCode.Input, $"the consumer '{name}' is a push consumer: workers need a pull consumer");
        }

        if (config.AckPolicy != ConsumerConfigAckPolicy.Explicit)
        {
            throw new CommandException(ExitCode.Input, $"the consumer '{name}' does not wait for an acknowledgement of each message: its ack policy must be explicit");
        }

        // The server would stop to deliver a message before a worker could give it up.
        return config.MaxDeliver is > 0 and var most && most <= maxDeliver
            ? throw new CommandException(ExitCode.Input, $"the consumer '{name}' delivers a message {most} times at most, and then nobody would say what became of it: set its max deliver to -1, or --max-deliver below {most}")
            : consumer;
    }

    /// <summary>Makes sure that a stream keeps what is stored under a subject.</summary>
    /// <param name="subject">The subject, to which a name is added.</param>
    /// <param name="lines">The stream of lines, which must not be the one.</param>
    /// <param name="option">The option that gave the subject.</param>
    /// <param name="cancellationToken">Ends the questions.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="CommandException">There is no such stream.</exception>
    public async Task<INatsJSStream> KeeperAsync(string subject, string lines, string option, CancellationToken cancellationToken)
    {
        if (await KeeperNameAsync($"{subject}.name", cancellationToken) is not { } keeper)
        {
            return creates
                ? await CreateAsync(subject.Replace('.', '_'), $"{subject}.>", StreamConfigRetention.Limits, cancellationToken)
                : throw new CommandException(ExitCode.Input, $"no stream keeps {subject}.*, which {option} needs: make one for {subject}.>, or let --create do it");
        }

        return keeper == lines
            ? throw new CommandException(ExitCode.Usage, $"{option} must not be a subject of the stream '{lines}', whose messages are judged: choose another one than {subject}")
            : await context.GetStreamAsync(keeper, cancellationToken: cancellationToken);
    }

    /// <summary>The name of the stream that takes a subject; null when there is no such stream.</summary>
    public async Task<string?> KeeperNameAsync(string subject, CancellationToken cancellationToken)
    {
        await foreach (var name in context.ListStreamNamesAsync(subject, cancellationToken))
        {
            return name;
        }

        return null;
    }

    private async Task<INatsJSConsumer> FindAsync(string stream, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await context.GetConsumerAsync(stream, name, cancellationToken);
        }
        catch (NatsJSApiException e) when (e.Error.Code == NotFound)
        {
            if (!creates)
            {
                throw new CommandException(ExitCode.Input, $"the stream '{stream}' has no consumer '{name}': make it (pull, ack explicit, max deliver -1), or let --create do it", e);
            }

            var config = new ConsumerConfig(name) { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = AckWait, MaxDeliver = -1, MaxAckPending = MaxInFlight };
            return await context.CreateOrUpdateConsumerAsync(stream, config, cancellationToken);
        }
    }

    private async Task<INatsJSStream> CreateAsync(string name, string subject, StreamConfigRetention retention, CancellationToken cancellationToken)
    {
        try
        {
            // Of equal wishes of several workers the first makes it, and the others get it.
            return await context.CreateStreamAsync(
                new StreamConfig(name, [subject]) { Retention = retention, Storage = StreamConfigStorage.File, Discard = StreamConfigDiscard.New }, cancellationToken);
        }
        catch (NatsJSApiException e)
        {
            throw new CommandException(ExitCode.Input, $"cannot make the stream '{name}' for {subject}: {VisibleText.Of(e.Error.Description)}", e);
        }
    }
}
