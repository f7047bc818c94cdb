using System.CommandLine;
using EmailAuth.Cli.Commands.Reports;
using EmailAuth.Cli.Nats;
using EmailAuth.Milter.Configuration;
using EmailAuth.Testing;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth worker</c>: judges the lines of a JetStream stream, with as many other workers as there are.</summary>
internal static class WorkerCommand
{
    public const string Name = "worker";

    private const int MaxDrainSeconds = 3600;

    /// <summary>After which time the process ends in any case.</summary>
    public static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(MaxDrainSeconds + 60);

    private static readonly Option<string> Consumer = new("--consumer") { Description = "The durable pull consumer that all workers share.", HelpName = "NAME", Required = true };

    private static readonly Option<string> Results = new("--results")
    {
        Description = "Where results are stored: each at SUBJECT.NAME, with the name of its message.",
        HelpName = "SUBJECT",
        Required = true,
    };

    private static readonly Option<string?> DeadLetters = new("--dead-letters")
    {
        Description = "Where lines that cannot be judged are stored, with the reason. Default: SUBJECT.dead of --results.",
        HelpName = "SUBJECT",
    };

    private static readonly Option<string[]> Listen = new("--listen")
    {
        Description = "Where monitoring finds /health and /metrics, such as 127.0.0.1:8893. May be given several times. Default: nowhere.",
        HelpName = "ADDRESS",
    };

    private static readonly Option<int> InFlight = JobsOption.CreateInFlight();
    private static readonly Option<int> MaxDeliver = ReportOptions.Number("--max-deliver", "How often a message is delivered before it is given up.", "N", 5, 1, 1_000_000);
    private static readonly Option<int> DrainSeconds = ReportOptions.Number(
        "--drain-timeout", "Seconds that messages in flight may take when the worker stops.", "N", 30, 0, MaxDrainSeconds);

    public static Command Create()
    {
        var command = new Command(Name, "Judges the lines of a NATS JetStream stream, beside any number of other workers.")
        {
            Consumer, Results, DeadLetters, InFlight, MaxDeliver, DrainSeconds, Listen, EnvelopeOptions.AuthservId,
        };
        NatsOptions.AddTo(command);
        NatsOptions.CheckName(command, Consumer);
        NatsOptions.CheckSubject(command, Results);
        NatsOptions.CheckSubject(command, DeadLetters);
        ResolverOptions.AddTo(command);
        SettingsOptions.AddTo(command);
        command.Validators.Add(static result =>
        {
            foreach (var token in result.GetResult(Listen)?.Tokens ?? [])
            {
                if (ListenAddress.Parse(token.Value)?.EndPoint is null)
                {
                    result.AddError($"--listen must be ADDRESS:PORT, such as 127.0.0.1:8893, not '{token.Value}'");
                }
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            A message of the stream is a line of 'emailauth batch', and its result is the line that batch prints for it. Each message has exactly one
            result, whatever is killed when. 'emailauth submit' puts messages into the stream.

            Examples:
              emailauth worker --nats nats://127.0.0.1:4222 --stream MAIL --consumer judge --results mail-results --create
              emailauth worker --nats tls://nats.example.org --nats-creds /etc/emailauth/nats.creds --stream MAIL --consumer judge \
                --results mail-results --listen 127.0.0.1:8893

            SIGTERM ends the worker after the messages in flight. A server that is away is waited for.

            Exit codes: 0 ended by a signal, 2 wrong usage, 3 the server, a stream or the consumer is not there, or a file cannot be read.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var settings = SettingsOptions.Read(arguments);
        var runner = new VectorRunner(settings.ToOptions(), ResolverOptions.CreateResolver(arguments, settings.ToResolverOptions()));
        var results = arguments.GetRequiredValue(Results);
        var options = new WorkerOptions
        {
            Connection = NatsOptions.ConnectionOf(arguments),
            Stream = NatsOptions.StreamOf(arguments),
            Consumer = arguments.GetRequiredValue(Consumer),
            Results = results,
            DeadLetters = arguments.GetValue(DeadLetters) ?? $"{results}.dead",
            Creates = NatsOptions.Creates(arguments),
            InFlight = arguments.GetValue(InFlight),
            MaxDeliver = arguments.GetValue(MaxDeliver),
            DrainTimeout = TimeSpan.FromSeconds(arguments.GetValue(DrainSeconds)),
            Listen = [.. (arguments.GetValue(Listen) ?? []).Select(static text => ListenAddress.Parse(text)!.EndPoint!)],
        };
        await using var worker = await Worker.CreateAsync(options, runner, new WorkerLog(Console.Error), cancellationToken);
        await using var monitor = options.Listen.IsEmpty ? null : await WorkerMonitor.StartAsync(options.Listen, () => worker.Problem, Console.Error, cancellationToken);
        await worker.RunAsync(cancellationToken);
        return ExitCode.Success;
    }
}
