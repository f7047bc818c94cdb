using System.Globalization;
using System.Text;
using System.Text.Json;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

public class BatchCommandTests
{
    private const string Zone = """{"example.com":[{"type":"TXT","data":"v=spf1 ip4:192.0.2.1 -all"}],"_dmarc.example.com":[{"type":"TXT","data":"v=DMARC1; p=reject"}]}""";

    private static readonly string Message = Convert.ToBase64String("From: a@example.com\r\n\r\nx\r\n"u8);

    [Fact]
    public async Task Each_line_gives_a_line_in_the_same_order()
    {
        const int Count = 500;
        var input = new StringBuilder();
        for (var i = 0; i < Count; i++)
        {
            input.Append(Line(i.ToString(CultureInfo.InvariantCulture), i % 3 == 0 ? "192.0.2.1" : "192.0.2.2")).Append('\n');
        }

        var run = await CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(input.ToString()), "batch", "--jobs", "4");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var results = Results(run.Output);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => i.ToString(CultureInfo.InvariantCulture)), results.Select(result => result.GetProperty("id").GetString()));
        Assert.Equal(
            Enumerable.Range(0, Count).Select(i => i % 3 == 0 ? "pass" : "fail"),
            results.Select(result => result.GetProperty("spf").GetProperty("result").GetString()));
    }

    [Fact]
    public async Task A_line_has_the_members_of_the_format()
    {
        var run = await CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(Line("x", "192.0.2.1")), "batch");
        var result = Assert.Single(Results(run.Output));
        Assert.Equal(
            ["id", "spf", "dkim", "dmarc", "arc", "bimi", "iprev", "authentication_results", "error"], result.EnumerateObject().Select(member => member.Name));
        Assert.Equal("pass", result.GetProperty("dmarc").GetProperty("result").GetString());
        Assert.Equal("reject", result.GetProperty("dmarc").GetProperty("policy").GetString());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("error").ValueKind);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("""{"id":"no input"}""")]
    [InlineData("""{"id":"1","zone":{"x":[{"type":"A","data":"not an address"}]},"input":{}}""")]
    [InlineData("""{"id":"1","input":{"message":"/etc/hostname"}}""")]
    [InlineData("{\"id\":\"1\",\"input\":{\"message_b64\":\"*\"}}")]
    public async Task A_line_that_cannot_be_read_is_reported_with_its_number_and_the_rest_is_done(string bad)
    {
        var lines = $"{Line("1", "192.0.2.1")}\n\n{bad}\n{Line("4", "192.0.2.1")}";
        var run = await CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(lines), "batch", "--zone", "testdata/zones/rfc8463.json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var results = Results(run.Output);
        Assert.Equal(["1", null, "4"], results.Select(result => result.GetProperty("id").GetString()));
        Assert.Equal(["id", "error"], results[1].EnumerateObject().Select(member => member.Name));
        Assert.StartsWith("line 3: ", results[1].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_without_a_zone_ask_the_zone_of_the_option()
    {
        using var zone = new TemporaryFile(Zone);
        var line = $$$"""{"id":"1","input":{"ip":"192.0.2.1","helo":"x.example.com","mail_from":"a@example.com","message_b64":"{{{Message}}}"}}""";
        var run = await CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(line), "batch", "--zone", zone.Path);
        Assert.Equal("pass", Assert.Single(Results(run.Output)).GetProperty("spf").GetProperty("result").GetString());
    }

    [Fact]
    public async Task The_time_of_a_line_is_honoured()
    {
        // The example's signatures have no x=; with its own, an expiry before "now" is judged by the line's clock.
        var message = await File.ReadAllTextAsync(Repository.PathOf("testdata", "messages", "rfc8463-a3.eml"), TestContext.Current.CancellationToken);
        var early = Convert.ToBase64String(Encoding.UTF8.GetBytes(message));
        var lines = string.Join('\n', new[] { "2018-06-10T13:40:00Z", "2010-01-01T00:00:00Z" }.Select(now =>
            $$$"""{"id":"{{{now}}}","input":{"message_b64":"{{{early}}}","now":"{{{now}}}"}}"""));
        var run = await CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(lines), "batch", "--zone", "testdata/zones/rfc8463.json");
        var results = Results(run.Output).Select(result => result.GetProperty("dkim")[0].GetProperty("result").GetString()).ToList();
        Assert.Equal("pass", results[0]);
        Assert.NotEqual("pass", results[1]);
    }

    [Fact]
    public async Task An_answer_comes_without_waiting_for_the_end_of_the_input()
    {
        var start = CommandRun.StartInfo(["batch", "--zone", "testdata/zones/rfc8463.json"]);
        using var process = System.Diagnostics.Process.Start(start)!;
        await process.StandardInput.WriteLineAsync(Line("first", "192.0.2.1"));
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Contains("\"first\"", line, StringComparison.Ordinal);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task The_run_ends_silently_when_the_reader_closes_the_pipe()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "A pipe without a reader is told apart on Unix only.");
        using var process = System.Diagnostics.Process.Start(CommandRun.StartInfo(["batch", "--zone", "testdata/zones/rfc8463.json"]))!;
        process.StandardOutput.Close();
        await process.StandardInput.WriteLineAsync(Line("first", "192.0.2.1"));
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal((3, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task After_an_interrupt_the_finished_results_are_written_completely()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The interrupt is sent by kill.");
        using var process = System.Diagnostics.Process.Start(CommandRun.InterruptibleStartInfo(["batch", "--zone", "testdata/zones/rfc8463.json"]))!;
        await process.StandardInput.WriteLineAsync(Line("first", "192.0.2.1"));
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(line!);
        using var kill = System.Diagnostics.Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        var rest = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((130, "", "emailauth: interrupted"), (process.ExitCode, rest, error.TrimEnd()));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    public async Task The_number_of_jobs_is_checked(string jobs)
    {
        var run = await CommandRun.OfAsync("batch", "--jobs", jobs);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("--jobs must be a number", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65537")]
    [InlineData("-5")]
    [InlineData("1,000")]
    public async Task The_number_of_lines_in_flight_is_checked(string lines)
    {
        var run = await CommandRun.OfAsync("batch", "--in-flight", lines);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("--in-flight must be a number from 1 to 65536", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1", "1024")]
    [InlineData("4", "2")]
    [InlineData("2", "65536")]
    public async Task Results_are_in_order_with_any_number_of_lines_in_flight(string jobs, string inFlight)
    {
        var lines = Enumerable.Range(0, 300).Select(i => Line(i.ToString(CultureInfo.InvariantCulture), "192.0.2.1"));
        var run = await CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines)), "batch", "--jobs", jobs, "--in-flight", inFlight);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => i.ToString(CultureInfo.InvariantCulture)), Results(run.Output).Select(result => result.GetProperty("id").GetString()));
    }

    private static string Line(string id, string ip) =>
        $$$"""{"id":"{{{id}}}","zone":{{{Zone}}},"input":{"ip":"{{{ip}}}","helo":"mail.example.com","mail_from":"a@example.com","message_b64":"{{{Message}}}"}}""";

    private static List<JsonElement> Results(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}
