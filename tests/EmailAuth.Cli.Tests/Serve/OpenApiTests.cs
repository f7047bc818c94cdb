using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using EmailAuth.Cli.Serve;
using Xunit;

namespace EmailAuth.Cli.Tests.Serve;

/// <summary>The OpenAPI document and the service say the same.</summary>
public class OpenApiTests
{
    private const string Secret = "0123456789abcdef";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // One request for each answer that a host can bring about at once; ServeTests has those that need time or a crowd.
    public static TheoryData<string, string, int, string> Requests => new()
    {
        { "POST", "/v1/check?" + ServeRun.Envelope, 200, "message/rfc822" },
        { "POST", "/v1/check?" + ServeRun.Envelope, 200, "Message/RFC822; charset=utf-8" },
        { "POST", "/v1/check?client_ip=127.1", 400, "message/rfc822" },
        { "POST", "/v1/check?" + ServeRun.Envelope, 415, "text/plain" },
        { "POST", "/v1/check?" + ServeRun.Envelope, 415, "application/x-www-form-urlencoded" },
        { "PUT", "/v1/check?" + ServeRun.Envelope, 405, "message/rfc822" },
        { "GET", "/v1/check", 405, "" },
        { "OPTIONS", "/v1/check", 405, "" },
        { "GET", "/health", 200, "" },
        { "POST", "/health", 405, "text/plain" },
        { "GET", "/metrics", 200, "" },
        { "POST", "/metrics", 405, "text/plain" },
        { "GET", "/openapi.json", 200, "" },
        { "DELETE", "/openapi.json", 405, "" },
    };

    [Theory, MemberData(nameof(Requests))]
    public async Task Each_answer_is_one_that_the_document_names(string method, string target, int status, string type)
    {
        await using var run = await StartAsync();
        using var request = RequestFor(method, target, type);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        using var answer = await run.Client.SendAsync(request, Token);

        Assert.Equal(status, (int)answer.StatusCode);
        await AssertDocumentedAsync(answer, method, target);
        Assert.Equal(status == 405, answer.Content.Headers.Allow.Count == 1);
    }

    [Theory]
    [InlineData("POST", "/v1/check?" + ServeRun.Envelope)]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/openapi.json")]
    public async Task Without_the_token_only_health_answers(string method, string target)
    {
        await using var run = await StartAsync();
        using var request = RequestFor(method, target, "message/rfc822");
        using var answer = await run.Client.SendAsync(request, Token);
        using var wrong = RequestFor(method, target, "message/rfc822");
        wrong.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Secret + "0");
        using var refused = await run.Client.SendAsync(wrong, Token);
        using var health = await run.Client.GetAsync("/health", Token);

        Assert.Equal((401, 401, 200), ((int)answer.StatusCode, (int)refused.StatusCode, (int)health.StatusCode));
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        await AssertDocumentedAsync(answer, method, target);
    }

    [Theory]
    [InlineData(null, 200)]
    [InlineData("*/*", 200)]
    [InlineData("application/*", 200)]
    [InlineData("text/html, text/plain;q=0.5", 200)]
    [InlineData("text/html", 406)]
    [InlineData("application/json;q=0", 406)]
    [InlineData("not a type", 406)]
    public async Task Accept_chooses_the_form_or_there_is_none(string? accept, int status)
    {
        await using var run = await ServeRun.StartAsync(Token);
        using var request = ServeRun.Check();
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var answer = await run.Client.SendAsync(request, Token);
        Assert.Equal(status, (int)answer.StatusCode);
        await AssertDocumentedAsync(answer, "POST", "/v1/check");
    }

    [Theory]
    [InlineData("evil.example", null, 421)]
    [InlineData("evil.example:8892", "http://evil.example", 421)]
    [InlineData("localhost.evil.example", null, 421)]
    [InlineData("127.0.0.1.evil.example", null, 421)]
    [InlineData("127.1", null, 421)]
    [InlineData("localhost:8892", "http://evil.example", 403)]
    [InlineData("127.0.0.1", "null", 403)]
    [InlineData("[::1]:8892", "http://127.0.0.1:8892", 403)]
    [InlineData("LocalHost", null, 200)]
    [InlineData("[::1]:8892", null, 200)]
    [InlineData("127.0.0.1:8892", null, 200)]
    public async Task Over_TCP_a_web_page_is_refused(string host, string? origin, int status)
    {
        await using var run = await ServeRun.StartAsync(Token, ServeRun.OverTcp);
        using var client = new HttpClient { BaseAddress = run.TcpAddress };
        foreach (var (method, target) in ((string, string)[])[("POST", "/v1/check?" + ServeRun.Envelope), ("GET", "/metrics"), ("GET", "/health"), ("GET", "/openapi.json")])
        {
            using var request = RequestFor(method, target, "message/rfc822");
            request.Headers.Host = host;
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            using var answer = await client.SendAsync(request, Token);
            Assert.Equal((target, status), (target, (int)answer.StatusCode));
            await AssertDocumentedAsync(answer, method, target);
        }
    }

    [Fact]
    public async Task Over_TCP_with_the_token_any_name_of_the_host_is_served()
    {
        var token = AccessToken.Read(null, Secret);
        await using var run = await ServeRun.StartAsync(Token, options => ServeRun.OverTcp(options) with { Token = token });
        using var client = new HttpClient { BaseAddress = run.TcpAddress };
        using var request = ServeRun.Check();
        request.Headers.Host = "mail.example.net";
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        using var answer = await client.SendAsync(request, Token);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(414, 1000, 100, 1, 16)]
    [InlineData(431, 1, 1, 1, 17_000)]
    [InlineData(431, 1, 1, 60, 16)]
    public async Task Past_the_bounds_of_HTTP_the_answer_has_no_body_and_the_document_says_so(int status, int recipients, int length, int fields, int token)
    {
        await using var run = await StartAsync();
        var query = ServeRun.Envelope + string.Concat(Enumerable.Repeat("&rcpt_to=" + new string('a', length), recipients));
        using var request = ServeRun.Check(query, content: new ByteArrayContent([]));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + new string('a', token));
        for (var i = 0; i < fields; i++)
        {
            request.Headers.Add($"X-{i}", "x");
        }

        using var answer = await run.Client.SendAsync(request, Token);
        var documented = Document()["paths"]!["/v1/check"]!["post"]!["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)]!;
        Assert.Equal((status, ""), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Token)));
        Assert.Null(documented["content"]);
    }

    [Theory]
    [InlineData("gzip", 415)]
    [InlineData("identity, br", 415)]
    [InlineData("", 415)]
    [InlineData("identity", 200)]
    public async Task A_body_that_is_encoded_is_refused(string encoding, int status)
    {
        await using var run = await ServeRun.StartAsync(Token);
        using var request = ServeRun.Check();
        request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var answer = await run.Client.SendAsync(request, Token);
        Assert.Equal(status, (int)answer.StatusCode);
        await AssertDocumentedAsync(answer, "POST", "/v1/check");
    }

    [Fact]
    public async Task A_problem_names_each_parameter_and_its_reason()
    {
        await using var run = await ServeRun.StartAsync(Token);
        using var answer = await run.Client.SendAsync(ServeRun.Check("client_ip=192.0.2.1&client_ip=192.0.2.2&mail_from="), Token);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;

        Assert.Equal(("Bad Request", 400), ((string?)problem["title"], (int)problem["status"]!));
        Assert.Equal(("client_ip", "it appears more than once"), ((string?)problem["errors"]![0]!["parameter"], (string?)problem["errors"]![0]!["reason"]));
    }

    [Fact]
    public async Task An_empty_body_is_refused_and_another_path_is_told()
    {
        await using var run = await ServeRun.StartAsync(Token);
        using var empty = await run.Client.SendAsync(ServeRun.Check(content: new ByteArrayContent([])), Token);
        using var elsewhere = await run.Client.GetAsync("/", Token);
        Assert.Equal((400, 404), ((int)empty.StatusCode, (int)elsewhere.StatusCode));
        await AssertDocumentedAsync(empty, "POST", "/v1/check");
    }

    [Fact]
    public void The_document_names_the_parameters_that_are_read()
    {
        var parameters = Document()["paths"]!["/v1/check"]!["post"]!["parameters"]!.AsArray();
        Assert.Equal(["client_ip", "mail_from", "helo", "rcpt_to", "authenticated", "queue_id"], parameters.Select(static parameter => (string)parameter!["name"]!));
        var all = string.Join('&', parameters.Select(static p => (string)p!["name"]! + '=' + ((string)p["name"]! switch { "client_ip" => "::1", "authenticated" => "true", _ => "x" })));
        Assert.NotNull(CheckRequest.Parse(all, out _));
        foreach (var parameter in parameters)
        {
            // The document says which are needed, and so does the service.
            var rest = string.Join('&', all.Split('&').Where(pair => !pair.StartsWith((string)parameter!["name"]! + '=', StringComparison.Ordinal)));
            Assert.Equal((bool)parameter!["required"]!, CheckRequest.Parse(rest, out _) is null);
        }
    }

    private static JsonNode Document() => JsonNode.Parse(OpenApiDocument.Text)!;

    private static Task<ServeRun> StartAsync()
    {
        var token = AccessToken.Read(null, Secret);
        return ServeRun.StartAsync(Token, options => options with { Token = token });
    }

    private static HttpRequestMessage RequestFor(string method, string target, string type)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), target);
        if (method is "POST" or "PUT")
        {
            request.Content = new ByteArrayContent(ServeRun.Message);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        return request;
    }

    // OPTIONS, PUT and DELETE are not in the document: their 405 is that of the path's one method.
    private static async Task AssertDocumentedAsync(HttpResponseMessage answer, string method, string target)
    {
        var operations = Document()["paths"]![target.Split('?')[0]]!.AsObject();
        var operation = operations[method.ToLowerInvariant()] ?? operations.Single().Value!;
        var response = operation["responses"]![((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture)];
        Assert.NotNull(response);
        Assert.Contains(answer.Content.Headers.ContentType!.MediaType, response["content"]!.AsObject().Select(static form => form.Key));
        if (answer.Content.Headers.ContentType.MediaType == "application/problem+json")
        {
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!.AsObject();
            var schema = Document()["components"]!["schemas"]!["Problem"]!;
            Assert.Subset(schema["properties"]!.AsObject().Select(static p => p.Key).ToHashSet(), problem.Select(static p => p.Key).ToHashSet());
            Assert.Superset(schema["required"]!.AsArray().Select(static p => (string)p!).ToHashSet(), problem.Select(static p => p.Key).ToHashSet());
        }
    }
}
