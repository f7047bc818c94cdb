using System.Globalization;
using EmailAuth.Dmarc;
using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Reports.Store.Tests.Delivery;

/// <summary>What many reports cost in memory. Runs alone: what other tests of this process take and leave would be counted.</summary>
/// <remarks>EMAILAUTH_TEST_REPORTS is the number of reports.</remarks>
[Collection(nameof(ReportMemoryTests))]
[CollectionDefinition(nameof(ReportMemoryTests), DisableParallelization = true)]
public sealed class ReportMemoryTests(ITestOutputHelper output) : IDisposable
{
    private const int Rows = 20;
    private const int ReportsOfBatch = 200;

    // Less than what a quarter of the smallest number of mails would take, if they stayed.
    private const long MostGrowth = 512 * 1024;

    private static readonly int Reports =
        int.TryParse(Environment.GetEnvironmentVariable("EMAILAUTH_TEST_REPORTS"), CultureInfo.InvariantCulture, out var number) ? number : 500;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emailauth-many-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_memory_for_sending_does_not_grow_with_the_number_of_reports()
    {
        await using var store = await ReportStore.OpenAsync(Path.Combine(_folder.FullName, "reports.db"), cancellationToken: Cancel);
        for (var from = 0; from < Reports; from += ReportsOfBatch)
        {
            await store.ImportAsync(
                TestMessages.Batch(
                    from * (long)Rows,
                    Enumerable.Range(from * Rows, Math.Min(ReportsOfBatch, Reports - from) * Rows)
                        .Select(static n => TestMessages.Of($"d{n / Rows}.example", $"192.0.2.{n % Rows}", rua: $"mailto:r@d{n / Rows}.example"))),
                Cancel);
        }

        var (mails, samples) = (0, new List<long>());
        await using var server = new SmtpTestServer();
        server.Taken = _ =>
        {
            // The only sender waits for the reply.
            if (++mails % (Reports / 20) == 0)
            {
                samples.Add(GC.GetTotalMemory(forceFullCollection: true));
            }
        };
        var clock = new FakeTimeProvider(DispatcherWorld.Midnight);
        var dispatcher = new ReportDispatcher(
            store,
            (IReportDeliveries)store,
            new DmarcReportDestinations(new Consent()),
            new ReportMailFactory(store, TestIdentity.Of(), TestIdentity.Signer(time: clock), clock),
            () => new SmtpTransport(new Consent(), new SmtpTransportOptions { Smarthost = "127.0.0.1", Port = server.Port, HeloName = "receiver.example" }, clock),
            DispatcherWorld.AtOnce with { Workers = 1 },
            clock);
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Equal(Reports, mails);
        Assert.Equal(Reports, dispatcher.Totals[DeliveryState.Sent]);
        Assert.Equal(new Dictionary<DeliveryState, long> { [DeliveryState.Sent] = Reports }, await ((IReportDeliveries)store).CountAsync(Cancel));
        var early = samples[..(samples.Count / 4)].Max();
        var most = samples.Max();
        output.WriteLine($"{Reports} reports; live memory after the first quarter {early / 1024} KB, at most {most / 1024} KB");
        Assert.True(most - early < MostGrowth, $"{most - early} bytes more");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
