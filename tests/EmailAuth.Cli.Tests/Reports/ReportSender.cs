using System.Text;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Tests.TestSupport;
using EmailAuth.Signatures;
using Xunit;

namespace EmailAuth.Cli.Tests.Reports;

/// <summary>A store with reports of a day that is over, and what its sender needs: a key, and a zone that has it.</summary>
internal sealed class ReportSender : IDisposable
{
    public const string Email = "dmarc@receiver.example";

    /// <summary>The end of the day.</summary>
    public const string Now = "2026-11-21T00:00:00Z";

    private readonly TemporaryFolder _folder = new();
    private long _offset;

    public ReportSender(string? store = null)
    {
        Store = store ?? _folder.PathOf("reports.db");
        Key = _folder.Write("key.pem", PemSigningKey.Create());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        using var key = PemSigningKey.Load(File.ReadAllText(Key));
        Zone = Write("zone.json", ZoneText(key.Record));
    }

    public string Store { get; }

    /// <summary>The file of the private key.</summary>
    public string Key { get; }

    /// <summary>The file of the zone, in which the mail of reports passes DMARC.</summary>
    public string Zone { get; }

    /// <summary>The options of a sender that passes.</summary>
    public string[] Identity => ["--email", Email, "--key", Key, "--selector", "s1", "--zone", Zone];

    public string Write(string name, string text) => _folder.Write(name, text);

    public string NewFolder(string name) => Directory.CreateDirectory(_folder.PathOf(name)).FullName;

    /// <summary>The zone with another record of the key, and with an entry that is not an answer.</summary>
    public static string ZoneText(string key, string failure = "") => $$"""
        {
          {{failure}}
          "s1._domainkey.receiver.example": [ { "type": "TXT", "data": "{{key}}" } ],
          "receiver.example": [ { "type": "TXT", "data": "v=spf1 ip4:192.0.2.25 -all" } ],
          "_dmarc.receiver.example": [ { "type": "TXT", "data": "v=DMARC1; p=reject" } ]
        }
        """;

    /// <summary>Counts a message of each domain, which each ask for reports to an address of their own.</summary>
    public async Task AddAsync(params string[] domains)
    {
        await using var store = await ReportStore.OpenAsync(Store, cancellationToken: TestContext.Current.CancellationToken);
        var batch = TestMessages.Batch(_offset, domains.Select(static domain => TestMessages.Of(domain, rua: $"mailto:r@{domain}")));
        Assert.Equal(ImportResult.Imported, await store.ImportAsync(batch, TestContext.Current.CancellationToken));
        _offset += domains.Length;
    }

    /// <summary>Counts like failures of a domain, received at noon of the day, which asks for a report to an address of its own.</summary>
    public async Task AddFailuresAsync(string domain, int count)
    {
        var options = new StoreOptions { TimeProvider = new FixedClock(TestMessages.Noon) };
        await using var store = await ReportStore.OpenAsync(Store, options, cancellationToken: TestContext.Current.CancellationToken);
        var batch = TestMessages.Batch(_offset, Enumerable.Range(0, count).Select(number => TestFailures.Message(domain, isNoted: number == 0, ruf: [$"mailto:f@{domain}"])));
        Assert.Equal(ImportResult.Imported, await store.ImportAsync(batch, TestContext.Current.CancellationToken));
        _offset += count;
    }

    /// <summary>The arguments for sending to a server on loopback, with all reports due.</summary>
    public string[] Arguments(int port, params string[] more) =>
        ["reports", "send", .. Identity, "--store", Store, "--smarthost", $"127.0.0.1:{port}", "--helo", "mail.receiver.example", "--settle", "0", "--spread", "0", "--now", Now, .. more];

    public Task<CommandRun> SendAsync(int port, params string[] more) => CommandRun.OfAsync(Arguments(port, more));

    /// <summary>How many deliveries are in each state.</summary>
    public async Task<string> CountsAsync()
    {
        await using var store = await ReportStore.OpenAsync(Store, cancellationToken: TestContext.Current.CancellationToken);
        return string.Join(", ", (await ((IReportDeliveries)store).CountAsync(TestContext.Current.CancellationToken)).OrderBy(static count => count.Key).Select(static count => $"{count.Value} {count.Key}"));
    }

    /// <summary>A field of a mail, or the start of a line that has a file name.</summary>
    public static string Field(byte[] message, string start)
    {
        var text = Encoding.ASCII.GetString(message);
        var at = text.IndexOf(start, StringComparison.Ordinal);
        return text[at..text.IndexOf('\r', at)];
    }

    public void Dispose() => _folder.Dispose();
}
