using System.Globalization;
using System.Net;
using System.Text.Json;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Samples.Tests;

/// <summary>The webhook, with a provider that signs by OpenSSL and posts by curl.</summary>
public sealed class InboundWebhookTests(SampleDns dns) : IDisposable
{
    private const string Start = "dotnet run";

    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-samples-").FullName;

    private readonly int _port = LoopbackPort.Take();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Mail => Path.Combine(_folder, "mail");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_page_says_what_happens()
    {
        dns.Need("openssl", "curl");
        var page = Page();
        await page.RunAsync("-genkey -noout -out /tmp/webhook.pem");
        await using var service = await page.StartAsync(Start, _port);

        await page.PrintsAsync("rfc8463-a3.eml");
        await page.PrintsAsync("pem 203.0.113.66");
        await page.PrintsAsync("/tmp/other.pem");

        await page.HasPrintedAsync(service, Start);
        Assert.Equal(2, Directory.GetFiles(Mail).Length);
        var arrived = Assert.Single(Directory.GetFiles(Mail, "*.eml"));
        Assert.Equal(await File.ReadAllBytesAsync(Repository.PathOf("testdata", "messages", "rfc8463-a3.eml"), Token), await File.ReadAllBytesAsync(arrived, Token));
        using var outcome = JsonDocument.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(arrived, ".json"), Token));
        Assert.Equal("accept", outcome.RootElement.GetProperty("disposition").GetProperty("action").GetString());
        Assert.Contains("dmarc=pass", outcome.RootElement.GetProperty("authentication_results").GetString(), StringComparison.Ordinal);
        await SamplePage.StopsAsync(service);
    }

    [Fact]
    public async Task Whatever_else_is_posted_is_refused()
    {
        dns.Need("openssl", "curl");
        var page = Page();
        await page.RunAsync("-genkey -noout -out /tmp/webhook.pem");
        await using var service = await page.StartAsync(Start, _port);
        using var client = new HttpClient();
        async Task<HttpStatusCode> PostAsync(HttpContent content, string timestamp, string signature)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/inbound"))) { Content = content };
            request.Headers.TryAddWithoutValidation("X-Twilio-Email-Event-Webhook-Timestamp", timestamp);
            request.Headers.TryAddWithoutValidation("X-Twilio-Email-Event-Webhook-Signature", signature);
            using var response = await client.SendAsync(request, Token);
            return response.StatusCode;
        }

        // A signature over the time and this body, by the key of the provider.
        async Task<string> SignAsync(string timestamp, string body)
        {
            var (exit, signature) = await Daemon.RunAsync(
                "/bin/bash", "-c", $"printf '%s' '{timestamp}{body}' | openssl dgst -sha256 -sign '{_folder}/webhook.pem' | base64 -w0");
            Assert.Equal(0, exit);
            return signature;
        }

        var now = TimeProvider.System.GetUtcNow();
        var (fresh, old) = ($"{now.ToUnixTimeSeconds()}", $"{now.AddHours(-2).ToUnixTimeSeconds()}");
        var signed = await SignAsync(fresh, "x");
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(new StringContent("x"), fresh, signed));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(new StringContent("y"), fresh, signed));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(new StringContent("x"), old, await SignAsync(old, "x")));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(new StringContent("x"), fresh, "not base64"));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(new StringContent("x"), "-1", string.Empty));

        // curl takes an answer that comes before it has sent everything.
        var (_, large) = await Daemon.RunAsync(
            "/bin/bash", "-c", $"head -c {(30 * 1024 * 1024) + 1} /dev/zero | curl --silent --output /dev/null --write-out '%{{http_code}}' --data-binary @- http://127.0.0.1:{_port}/inbound");
        Assert.Equal("413", large);
        Assert.False(Directory.Exists(Mail));
    }

    private SamplePage Page() => SamplePage.Of(
        "InboundWebhook", (":8080", $":{_port}"), ("/tmp/inbound", Mail), ("/tmp/webhook", $"{_folder}/webhook"), ("/tmp/other", $"{_folder}/other"),
        (SampleDns.OnThePage, dns.Address));
}
