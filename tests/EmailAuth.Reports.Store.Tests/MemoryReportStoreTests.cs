namespace EmailAuth.Reports.Store.Tests;

public class MemoryReportStoreTests : ReportStoreContract
{
    private MemoryReportStore? _store;

    protected override Task<IReportStore> OpenAsync(int periodHours = 24) => Task.FromResult<IReportStore>(_store = new MemoryReportStore(Options(periodHours)));

    // What is in memory cannot be opened with another length.
    protected override Task<IReportStore> ReopenAsync(int periodHours = 24) => Task.FromResult<IReportStore>(_store!.With(Options(periodHours)));
}
