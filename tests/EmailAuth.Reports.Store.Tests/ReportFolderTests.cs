using System.IO.Compression;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Store.Tests.TestSupport;
using EmailAuth.Reports.Store.Writing;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Store.Tests;

/// <summary>The files of reports, whose policy domains are any sender's.</summary>
public sealed class ReportFolderTests : IDisposable
{
    private static readonly ReportIssuer Issuer =
        new() { OrganizationName = "Example", Email = "dmarc@mx.example.org", Domain = DomainName.Parse("mx.example.org").Value! };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emailauth-reports-");
    private readonly MemoryReportStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // Files have names of at most 255 bytes. Such a domain must not keep the reports after its own from being written.
    [Theory]
    [InlineData(178, true)]
    [InlineData(179, false)]
    [InlineData(246, false)]
    public async Task A_domain_that_is_too_long_for_a_file_keeps_no_report_from_being_written(int length, bool hasItsName)
    {
        var domain = DomainOf(length);
        await _store.ImportAsync(TestMessages.Batch(0, TestMessages.Of("aaa.example"), TestMessages.Of(domain), TestMessages.Of("zzz.example")), Cancel);

        var files = await WriteAsync();

        Assert.Equal(["aaa.example", domain, "zzz.example"], files.Select(static file => file.Report.Policy.Domain));
        Assert.All(files, static file => Assert.True(file is { IsKept: false } && File.Exists(file.Path)));
        var name = Path.GetFileName(files[1].Path);
        Assert.Equal(hasItsName ? $"mx.example.org!{domain}!1795132800!1795219199!{files[1].Report.Id}.xml.gz" : $"{files[1].Report.Id}.xml.gz", name);
        Assert.Equal(3, _folder.GetFiles().Length);
        await using var content = new GZipStream(File.OpenRead(files[1].Path!), CompressionMode.Decompress);
        Assert.Equal(domain, (await AggregateReportReader.ReadAllAsync(content, cancellationToken: Cancel)).Policy?.Domain);
        Assert.All(await WriteAsync(), static file => Assert.True(file.IsKept));
    }

    [Theory]
    [InlineData("../../evil")]
    [InlineData("a/b.example")]
    [InlineData("/etc/evil")]
    [InlineData("a!b.example")]
    [InlineData("")]
    public async Task A_policy_domain_that_is_not_a_name_makes_no_file(string domain)
    {
        await _store.ImportAsync(TestMessages.Batch(0, TestMessages.Of(domain), TestMessages.Of("zzz.example")), Cancel);

        var files = await WriteAsync();

        Assert.Equal([true, false], files.Select(static file => file.Path is null));
        Assert.Single(_folder.GetFiles());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string DomainOf(int length) => string.Join('.', Enumerable.Range(0, (length / 60) + 1).Select(label => new string('b', Math.Min(59, length - (label * 60)))).Where(static label => label.Length > 0));

    private async Task<List<ReportFile>> WriteAsync()
    {
        var files = new List<ReportFile>();
        await foreach (var file in new ReportFolder(_store, Issuer, _folder.FullName).WriteAsync(TestMessages.Noon.AddDays(2), Cancel))
        {
            files.Add(file);
        }

        return files;
    }
}
