namespace EmailAuth.Reports.Store.Tests;

public sealed class MemoryReportStoreTests : ReportStoreContract, IAsyncDisposable
{
    private MemoryReportStore? _store;

    public ValueTask DisposeAsync() => _store?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override Task<IReportStore> OpenAsync(int periodHours = 24) => Task.FromResult<IReportStore>(_store = new MemoryReportStore(Options(periodHours)));

    // What is in memory cannot be opened with another length.
    protected override Task<IReportStore> ReopenAsync(int periodHours = 24) => Task.FromResult<IReportStore>(_store!.With(Options(periodHours)));
}
