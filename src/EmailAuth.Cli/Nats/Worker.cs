using EmailAuth.Testing;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EmailAuth.Cli.Nats;

/// <summary>Pulls lines from a stream, and has each judged and its result stored before the line is acknowledged.</summary>
/// <remarks>
/// Several workers may share a consumer, and each of them or the server may be killed at any moment: a line that was not acknowledged is
/// delivered again, and a result is stored only where there is not one yet.
/// </remarks>
internal sealed class Worker : IAsyncDisposable
{
    // How long the server may keep a request for lines open, and how soon we learn that it does not.
    private static readonly TimeSpan Expires = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    // After a failed request for lines.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly WorkerOptions _options;
    private readonly TimeProvider _clock;
    private readonly VectorRunner _runner;
    private readonly WorkerLog _log;
    private readonly WorkRoom _room;
    private readonly NatsLink _link;
    private readonly INatsJSConsumer _consumer;
    private readonly LeftLines _leftLines;
    private readonly LineWork _work;
    private readonly WorkerMetrics _metrics;
    private readonly CancellationTokenSource _abandon = new();
    private long _messages;
    private volatile bool _isStopping;

    private Worker(WorkerOptions options, VectorRunner runner, WorkerLog log, NatsLink link, INatsJSConsumer consumer)
    {
        _options = options;
        _clock = options.TimeProvider;
        _runner = runner;
        _log = log;
        _link = link;
        _consumer = consumer;
        _leftLines = new LeftLines(link.JetStream, options.Stream, log);
        _room = new WorkRoom(options.InFlight, options.InFlightBytes);
        var publisher = new StreamPublisher(link.JetStream, _clock, log.Warn);
        _work = new LineWork(options, publisher, log, () => link.MaxPayload);
        _metrics = new WorkerMetrics(() => publisher.Failures);
    }

    /// <summary>Why it does not work now; null when it does.</summary>
    public string? Problem => _isStopping ? "stopping" : _link.IsOpen ? null : "the NATS server cannot be reached";

    /// <summary>Connects, and looks whether everything is there.</summary>
    /// <exception cref="CommandException">The server, a stream or the consumer is not there or not usable.</exception>
    public static async Task<Worker> CreateAsync(WorkerOptions options, VectorRunner runner, WorkerLog log, CancellationToken cancellationToken)
    {
        var link = await NatsLink.OpenAsync(options.Connection, log.Warn, cancellationToken);
        try
        {
            var consumer = default(INatsJSConsumer);
            await link.WithRightsAsync(async ended => consumer = await FindAsync(options, link, log, ended), cancellationToken);
            return new Worker(options, runner, log, link, consumer!);
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    /// <summary>Works until the token ends it; then finishes what is in flight.</summary>
    /// <param name="stopping">Ends the pulling of lines.</param>
    /// <exception cref="CommandException">The consumer was deleted, or the server denies a right that is needed.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        _metrics.Begin();
        _log.Started(_options);
        await _link.WithRightsAsync(denied => WorkAsync(stopping, denied), CancellationToken.None);
        _log.Stopped(Interlocked.Read(ref _messages));
    }

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        _metrics.Dispose();
        _abandon.Dispose();
    }

    private static async Task<INatsJSConsumer> FindAsync(WorkerOptions options, NatsLink link, WorkerLog log, CancellationToken cancellationToken)
    {
        var streams = new WorkStreams(link.JetStream, options.Creates);
        await streams.LinesAsync(options.Stream, cancellationToken);
        var results = await streams.KeeperAsync(options.Results, options.Stream, "--results", cancellationToken);
        await streams.KeeperAsync(options.DeadLetters, options.Stream, "--dead-letters", cancellationToken);
        if (results.Info.Config.Retention != StreamConfigRetention.Limits)
        {
            log.Warn($"the stream '{results.Info.Config.Name}' deletes results that were read: a message has one result only within its duplicate window");
        }

        return await streams.ConsumerAsync(options.Stream, options.Consumer, options.MaxDeliver, cancellationToken);
    }

    private async Task WorkAsync(CancellationToken stopping, CancellationToken denied)
    {
        using var ended = new CancellationTokenSource();
        using var pulling = CancellationTokenSource.CreateLinkedTokenSource(stopping, denied);
        var keeping = KeepAsync(ended.Token);
        try
        {
            while (true)
            {
                var free = await _room.FreeAsync(_link.MaxPayload, pulling.Token);
                await PullAsync(free, pulling.Token);
            }
        }
        catch (OperationCanceledException) when (pulling.IsCancellationRequested)
        {
            _isStopping = true;
            _log.Stopping(_room.Count);
        }
        finally
        {
            await DrainAsync(denied);
            await ended.CancelAsync();
            await keeping;
        }
    }

    private async Task PullAsync(int most, CancellationToken stopping)
    {
        var start = _clock.GetTimestamp();
        var count = 0;
        var problem = default(string);
        try
        {
            var request = new NatsJSFetchOpts { MaxMsgs = most, Expires = Expires, IdleHeartbeat = Heartbeat };
            await foreach (var message in _consumer.FetchAsync(request, NatsRawSerializer<NatsMemoryOwner<byte>>.Default, stopping))
            {
                count++;
                var item = new WorkItem(message, _clock);
                _room.Enter(item);
                _metrics.Delivered(item.Deliveries > 1);
                ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Worker.WorkAsync(work.Item), (Worker: this, Item: item), preferLocal: false);
            }
        }
        catch (NatsException e)
        {
            problem = e.Message;
        }

        stopping.ThrowIfCancellationRequested();
        if (count == 0)
        {
            // Nothing waits, or nobody answers.
            await CheckConsumerAsync(problem, stopping);
            if (problem is not null || _clock.GetElapsedTime(start) < Pause)
            {
                await Task.Delay(Pause, _clock, stopping);
            }
        }
    }

    // A consumer that is gone gives no messages for ever; a server that is away is waited for.
    private async Task CheckConsumerAsync(string? problem, CancellationToken stopping)
    {
        try
        {
            await _consumer.RefreshAsync(stopping);
            await _leftLines.LookAsync(_consumer.Info, stopping);
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            throw new CommandException(ExitCode.Input, $"the consumer '{_options.Consumer}' of the stream '{_options.Stream}' is gone: {e.Error.Description}", e);
        }
        catch (NatsException e)
        {
            problem ??= e.Message;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            problem ??= "no answer in time";
        }

        if (problem is not null && _link.IsOpen)
        {
            _log.Warn($"cannot get lines: {problem}; trying again");
        }
    }

    private async Task WorkAsync(WorkItem item)
    {
        var start = _clock.GetTimestamp();
        _room.Begin();
        try
        {
            var outcome = await _work.DoAsync(_runner, item, _abandon.Token);
            _metrics.Done(outcome, _clock.GetElapsedTime(start));
            Interlocked.Increment(ref _messages);
        }
        catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
        {
            // The worker ends; the server delivers the line again.
        }
        catch (Exception e)
        {
            _log.InternalError(item, e);
        }
        finally
        {
            _room.Leave(item);
            _metrics.Left();
            item.Dispose();
        }
    }

    // A line that waits for a slow DNS server, or for the server of the results, is not given to another worker meanwhile.
    private async Task KeepAsync(CancellationToken ended)
    {
        var wait = _consumer.Info.Config is { Backoff: { Count: > 0 } backoff } ? backoff.Min() : _consumer.Info.Config.AckWait;
        var third = wait > TimeSpan.FromMilliseconds(30) ? wait / 3 : TimeSpan.FromMilliseconds(10);
        using var timer = new PeriodicTimer(third / 2, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                await KeepSilentAsync(third, ended);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Nothing is in flight any longer.
        }
    }

    private async Task KeepSilentAsync(TimeSpan silence, CancellationToken ended)
    {
        try
        {
            foreach (var item in _room.Items)
            {
                if (_link.IsOpen && item.Silence > silence)
                {
                    await item.KeepAsync(ended);
                }
            }
        }
        catch (NatsException e)
        {
            _log.Warn($"cannot tell the server what is in progress: {e.Message}");
        }
    }

    private async Task DrainAsync(CancellationToken denied)
    {
        using (var limit = new CancellationTokenSource(_options.DrainTimeout, _clock))
        using (var ended = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, denied))
        {
            try
            {
                await _room.EmptyAsync(ended.Token);
                await _link.FlushAsync(ended.Token);
                return;
            }
            catch (OperationCanceledException)
            {
                // What was not finished, or not heard by the server, is delivered again.
                if (_room.Count > 0 && !denied.IsCancellationRequested)
                {
                    _log.Abandoned(_room.Count);
                }
            }
        }

        await _abandon.CancelAsync();
        await _room.EmptyAsync(CancellationToken.None);
    }
}
