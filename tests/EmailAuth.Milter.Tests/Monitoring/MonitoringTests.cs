using System.Diagnostics;
using System.Text.Json;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Service;
using EmailAuth.Milter.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.Monitoring;

/// <summary>The alert rules and the dashboard, compared with what a running milter shows.</summary>
public sealed class MonitoringTests
{
    private const string Promtool = "/usr/bin/promtool";

    private static readonly string Folder = Repository.PathOf("src", "EmailAuth.Milter", "monitoring");

    [Theory]
    [InlineData("check rules emailauth.rules.yml", "SUCCESS: 8 rules found")]
    [InlineData("test rules emailauth.rules.test.yml", "SUCCESS")]
    public async Task Prometheus_accepts_the_rules_and_they_fire_as_they_should(string arguments, string expected)
    {
        Assert.SkipUnless(File.Exists(Promtool), "promtool is not installed.");
        using var process = Process.Start(new ProcessStartInfo(Promtool, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains(expected, await output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (process.ExitCode, error));
    }

    [Fact]
    public async Task A_scrape_of_the_milter_has_each_metric_and_label_of_the_rules_and_the_dashboard()
    {
        var scrape = await ScrapeAsync();
        Assert.All(Expressions(), expression => Assert.All(NamesIn(expression), name => Assert.True(Has(scrape, name), $"{name} in: {expression}")));
    }

    [Fact]
    public void The_dashboard_shows_the_milter_and_its_panels_have_queries()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "dashboard.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        Assert.Equal("EmailAuth milter", dashboard.RootElement.GetProperty("title").GetString());
        Assert.Equal(Enumerable.Range(1, panels.Count), panels.Select(static panel => panel.GetProperty("id").GetInt32()));
        Assert.All(panels, static panel => Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray()));
    }

    private static async Task<string> ScrapeAsync()
    {
        var port = LoopbackPort.Take();
        var source = new ConfigurationSource(
            null,
            [
                new("AuthservId", "mx.example.org"), new("Listen", $"inet:{LoopbackPort.Take()}@127.0.0.1"), new("Http", $"127.0.0.1:{port}"), new("LogLevel", "none"),
            ]);
        await using var host = MilterHost.Create(source.Read().Options!, source, (_, _) => new FakeAuthenticator());
        await host.StartAsync(TestContext.Current.CancellationToken);
        MadeMetrics.Make(host.Metrics);
        await MadeMetrics.MakeAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), TestContext.Current.CancellationToken);
    }

    // A name with a "_" that is not a function's is a metric or a label.
    private static IEnumerable<string> NamesIn(string expression)
    {
        for (var start = 0; start < expression.Length;)
        {
            if (expression[start] == '"')
            {
                start = expression.IndexOf('"', start + 1) + 1;
                continue;
            }

            var end = start;
            while (end < expression.Length && (char.IsAsciiLetterOrDigit(expression[end]) || expression[end] == '_'))
            {
                end++;
            }

            if (end > start && expression[start..end] is var word && word.Contains('_', StringComparison.Ordinal) && !word.StartsWith("__", StringComparison.Ordinal)
                && word is not ("histogram_quantile" or "label_values"))
            {
                yield return word;
            }

            start = Math.Max(end, start + 1);
        }
    }

    private static bool Has(string scrape, string name) =>
        scrape.Contains($"\n{name}{{", StringComparison.Ordinal) || scrape.Contains($",{name}=\"", StringComparison.Ordinal);

    private static IEnumerable<string> Expressions()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "dashboard.json")));
        var queries = dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(static panel => panel.GetProperty("targets").EnumerateArray())
            .Select(static target => target.GetProperty("expr").GetString()!)
            .Append(dashboard.RootElement.GetProperty("templating").GetProperty("list")[1].GetProperty("query").GetString()!);

        // In the rules: the line of an expression, and the lines below "expr: |" that are further in.
        var rules = File.ReadLines(Path.Combine(Folder, "emailauth.rules.yml"))
            .Where(static line => line.TrimStart() is var text && (text.StartsWith("expr:", StringComparison.Ordinal) || text.StartsWith("sum ", StringComparison.Ordinal) || text.StartsWith("/ ", StringComparison.Ordinal)));
        return [.. queries, .. rules];
    }
}
