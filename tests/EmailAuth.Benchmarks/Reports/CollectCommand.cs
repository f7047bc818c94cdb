using System.Globalization;
using EmailAuth.Benchmarks.Costs;
using EmailAuth.Benchmarks.Parts;
using EmailAuth.Hosting;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Collection;

namespace EmailAuth.Benchmarks.Reports;

/// <summary>
/// What counting a message for aggregate reports costs beside judging it: the row, what is kept of it, its bytes, and a journal that writes to a disk. All
/// take turns in one process, so the ratios hold on a busy machine.
/// </summary>
internal static class CollectCommand
{
    private const int Rounds = 21;

    public static async Task<int> RunAsync()
    {
        var message = await EvaluatedAsync().ConfigureAwait(false);
        var collected = ReportCollector.Collect(message, new ReportCollectorOptions()) ?? throw new InvalidOperationException("the sample is not counted");
        var folder = Directory.CreateTempSubdirectory("emailauth-collect-").FullName;
        var pipeline = new PipelineBenchmarks();
        pipeline.Setup();
        try
        {
            await using var journal = new Journal(new JournalOptions { Folder = folder, MaxBytes = 1L << 40, MaxWaitingBytes = 1 << 30 });
            var collector = new ReportCollector(journal);
            var table = new Table("a message", "us", "of a verdict", "bytes allocated");
            Console.WriteLine(Machine.Description);
            Console.WriteLine(Machine.Load);
            foreach (var (name, work) in ((string Name, Action Work)[])
            [
                ("row", () => AggregateRow.Of(message)),
                ("row, policy and addresses", () => ReportCollector.Collect(message, new ReportCollectorOptions())),
                ("its bytes", () => CollectedMessageCodec.Write(collected)),
                ("collected into a journal", () => collector.OnEvaluated(message)),
            ])
            {
                var cost = new Part(name, () => pipeline.Authenticate(), work).Measure(Rounds);
                table.Add(name, Text(cost.Microseconds, "0.00"), Text(100 * cost.Microseconds / cost.Least, "0.00") + " %", Text(cost.Bytes, "0"));
            }

            table.Write(Console.Out);
            await journal.FlushAsync().ConfigureAwait(false);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{CollectedMessageCodec.Write(collected).Length} bytes a message in the journal and 10 of its record; {journal.WrittenMessages} written, {journal.DroppedMessages} dropped"));
            return journal.DroppedMessages == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static async Task<EvaluatedMessage> EvaluatedAsync()
    {
        var keeper = new Keeper();
        var mail = new OrdinaryMail(keeper);
        await mail.Pipeline.AuthenticateAsync(mail.Envelope, mail.Sample.Message, CancellationToken.None).ConfigureAwait(false);
        return keeper.Message ?? throw new InvalidOperationException("no message was judged");
    }

    private sealed class Keeper : IEvaluatedMessageObserver
    {
        public EvaluatedMessage? Message { get; private set; }

        public void OnEvaluated(EvaluatedMessage message) => Message = message;
    }
}
