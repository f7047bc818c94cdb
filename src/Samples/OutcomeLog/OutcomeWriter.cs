using System.Text.Json;
using EmailAuth.Hosting;
using EmailAuth.Policy;

/// <summary>Writes a line of JSON to the standard output for each message that was judged: journald, Docker, Fluent Bit and Vector take it from there.</summary>
internal sealed class OutcomeWriter(ChannelObserver outcomes) : BackgroundService
{
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        outcomes.Complete(); // the loop below ends when it has written what still waits
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using Stream output = Console.OpenStandardOutput();
        var (unwritten, reported) = (0L, 0L);
        await foreach (EvaluatedMessage message in outcomes.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await output.WriteAsync(Line(message), CancellationToken.None);
            }
            catch (IOException)
            {
                unwritten++; // nobody reads any more: mail goes on
            }

            if (outcomes.DroppedCount + unwritten is var lost && lost != reported)
            {
                reported = lost;
                Console.Error.WriteLine($"{lost} outcomes are not in the log: it is too slow, or closed");
            }
        }
    }

    // Domains and verdicts, nothing that names a person: no address, no subject, no recipient.
    private static byte[] Line(EvaluatedMessage message)
    {
        var outcome = message.Outcome;
        var line = new
        {
            Time = message.ReceivedAt,
            Client = message.Envelope.ClientAddress?.ToString(),
            Author = outcome.Author.Domain?.ToString(),
            Results = outcome.Results.Select(static result => $"{result.Method}={result.Result}"),
            Action = (message.Applied?.Action ?? outcome.Disposition.Action).Keyword(),
            Reason = outcome.Disposition.ReasonCode,
            Lookups = outcome.LookupCount,
        };
        return [.. JsonSerializer.SerializeToUtf8Bytes(line, JsonSerializerOptions.Web), (byte)'\n'];
    }
}
