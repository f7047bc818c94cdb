using System.Globalization;
using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Nats;

/// <summary>The log of a worker: lines on standard error. They have names and reasons, and nothing of a message's content.</summary>
internal sealed class WorkerLog(TextWriter output)
{
    private readonly TextWriter _output = TextWriter.Synchronized(output);

    public void Started(WorkerOptions options) =>
        Write($"working on {options.Stream}/{options.Consumer}, results at {options.Results}.*, dead letters at {options.DeadLetters}.*");

    public void Stopping(int inFlight) => Write(string.Create(CultureInfo.InvariantCulture, $"stopping: {inFlight} messages in flight are finished first"));

    public void Abandoned(int inFlight) =>
        Warn(string.Create(CultureInfo.InvariantCulture, $"{inFlight} messages were not finished in time (--drain-timeout); the server delivers them again"));

    public void Stopped(long messages) => Write(string.Create(CultureInfo.InvariantCulture, $"ended after {messages} messages"));

    public void GivenUp(WorkItem item, string reason) =>
        Warn(string.Create(CultureInfo.InvariantCulture, $"message {item.Sequence} of {item.Stream} is now a dead letter: {reason}"));

    public void InternalError(WorkItem item, Exception error) =>
        Line("error: ", string.Create(CultureInfo.InvariantCulture, $"internal error with message {item.Sequence} of {item.Stream}: {error}"));

    public void Warn(string line) => Line("warning: ", line);

    private void Write(string line) => Line(string.Empty, line);

    private void Line(string kind, string line) => _output.WriteLine($"emailauth: {kind}{VisibleText.Of(line.ReplaceLineEndings(" "))}");
}
