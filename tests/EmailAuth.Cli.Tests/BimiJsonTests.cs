using System.Text.Json;
using Xunit;

namespace EmailAuth.Cli.Tests;

public sealed class BimiJsonTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emailauth-bimi-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_findings_come_as_json()
    {
        var zone = await WriteAsync("zone.json", """
            { "_dmarc.example.com": [ { "type": "TXT", "data": "v=DMARC1; p=reject" } ],
              "default._bimi.example.com": [ { "type": "TXT", "data": "v=BIMI1; l=https://example.com/logo.svg" } ] }
            """);
        var logo = await WriteAsync("logo.svg", """<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps"><title>x</title><script/></svg>""");
        var run = await CommandRun.OfAsync("bimi", "example.com", "--zone", zone, "--svg", logo, "--json");

        // The record is in order and the logo file is not.
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        using var document = JsonDocument.Parse(run.Output);
        var root = document.RootElement;
        Assert.Equal("pass", root.GetProperty("result").GetString());
        Assert.Equal("https://example.com/logo.svg", root.GetProperty("location").GetString());
        Assert.Equal("reject", root.GetProperty("dmarc_policy").GetString());
        var file = root.GetProperty("logo_file");
        Assert.False(file.GetProperty("valid").GetBoolean());
        Assert.Contains(file.GetProperty("violations").EnumerateArray(), v => v.GetProperty("line").GetInt32() == 1);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("certificate_file").ValueKind);
    }

    [Fact]
    public async Task A_domain_without_a_record_is_reported_in_json()
    {
        var zone = await WriteAsync("zone.json", """{ "_dmarc.example.com": [ { "type": "TXT", "data": "v=DMARC1; p=reject" } ] }""");
        var run = await CommandRun.OfAsync("bimi", "example.com", "--zone", zone, "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal("none", document.RootElement.GetProperty("result").GetString());
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }
}
