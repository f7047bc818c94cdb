using System.Collections.Concurrent;
using System.Text;
using EmailAuth.Cli.Nats;
using EmailAuth.Dns;

namespace EmailAuth.Cli.Tests.Nats;

/// <summary>A worker in this process, with a DNS of the test.</summary>
internal sealed class WorkerRun : IAsyncDisposable
{
    private readonly LogLines _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    private WorkerRun(Worker worker, LogLines log)
    {
        _log = log;
        Worker = worker;
        _running = worker.RunAsync(_stopping.Token);
    }

    public Worker Worker { get; }

    public string Log => _log.ToString();

    public static async Task<WorkerRun> StartAsync(NatsWork work, IDnsResolver resolver, Func<WorkerOptions, WorkerOptions>? change, CancellationToken cancellationToken)
    {
        var options = new WorkerOptions
        {
            Connection = work.Server.Options,
            Stream = NatsWork.Stream,
            Consumer = NatsWork.Consumer,
            Results = NatsWork.Results,
            DeadLetters = $"{NatsWork.Results}.dead",
        };
        var log = new LogLines();
        var runner = new VectorRunner(new AuthenticationOptions { AuthservId = NatsWork.Host }, resolver);
        return new WorkerRun(await Worker.CreateAsync(change?.Invoke(options) ?? options, runner, new WorkerLog(log), cancellationToken), log);
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        await Worker.DisposeAsync();
        _stopping.Dispose();
    }

    // Written by the worker while the test reads.
    private sealed class LogLines : TextWriter
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value) => _lines.Enqueue(value ?? string.Empty);

        public override string ToString() => string.Join('\n', _lines);
    }
}
