using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmailAuth.Cli.Serve;
using EmailAuth.Cli.Tests.Schemas;
using EmailAuth.Dns;
using EmailAuth.Milter.Configuration;
using Xunit;

namespace EmailAuth.Cli.Tests.Serve;

/// <summary><c>emailauth serve</c> over its Unix socket: answers, refusals, limits, start and stop.</summary>
public class ServeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_answer_is_the_outcome_that_the_command_prints()
    {
        await using var run = await ServeRun.StartAsync(Token);
        using var answer = await run.Client.SendAsync(ServeRun.Check(), Token);
        var json = await answer.Content.ReadAsStringAsync(Token);

        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType!.ToString()));
        Assert.Empty((await CheckedSchema.OfAsync(Output.OutputSchema.Outcome)).Faults(json));
        Assert.Equal(WithoutTimes((await VerifyAsync("--json")).Output), WithoutTimes(json));
        Assert.Equal(["accept"], answer.Headers.GetValues(CheckEndpoint.ActionField));
        Assert.False(answer.Headers.Contains(CheckEndpoint.ReplyField) || answer.Headers.Contains(CheckEndpoint.RemoveField));
    }

    [Fact]
    public async Task The_text_is_the_field_that_the_command_prints()
    {
        await using var run = await ServeRun.StartAsync(Token);
        using var answer = await run.Client.SendAsync(ServeRun.Check(accept: "text/plain"), Token);
        var text = await answer.Content.ReadAsStringAsync(Token);

        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        Assert.Equal((await VerifyAsync("--field")).Output.ReplaceLineEndings(), text.ReplaceLineEndings());
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public async Task A_message_in_pieces_has_the_same_verdict_whatever_its_line_ends(string lineEnd)
    {
        await using var run = await ServeRun.StartAsync(Token);
        var message = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(ServeRun.Message).ReplaceLineEndings(lineEnd));
        foreach (var size in (int[])[1, 7, 1000])
        {
            using var answer = await run.Client.SendAsync(ServeRun.Check(content: new PiecesContent(message, size)), Token);
            using var outcome = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
            Assert.Equal("dmarc_pass", outcome.RootElement.GetProperty("disposition").GetProperty("reason_code").GetString());
        }
    }

    [Fact]
    public async Task A_refusal_has_its_reply_and_forged_fields_are_named()
    {
        await using var run = await ServeRun.StartAsync(Token);
        var forged = "Authentication-Results: mx.example.org; dmarc=pass\r\nFrom: joe@football.example.com\r\n\r\nhi\r\n"u8.ToArray();
        using var answer = await run.Client.SendAsync(
            ServeRun.Check("client_ip=198.51.100.9&helo=a%22b&mail_from=joe%40football.example.com", content: new ByteArrayContent(forged)), Token);

        Assert.Equal(["reject"], answer.Headers.GetValues(CheckEndpoint.ActionField));
        Assert.Equal(["Authentication-Results"], answer.Headers.GetValues(CheckEndpoint.RemoveField));
        Assert.StartsWith("550 5.7.26 ", Assert.Single(answer.Headers.GetValues(CheckEndpoint.ReplyField)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authentication-Results\x01", "Authentication-Results%01")]
    [InlineData("Authentication-Results \t", "Authentication-Results")]
    [InlineData("Authentication-Results\xa0", "Authentication-Results%A0")]
    [InlineData("Authentication-R\xc3\xa9sults", null)]
    [InlineData("\0Authentication-Results", "%00Authentication-Results")]
    public async Task The_name_of_a_forged_field_is_told_however_odd_it_is(string name, string? told)
    {
        await using var run = await ServeRun.StartAsync(Token);
        var message = Encoding.Latin1.GetBytes($"{name}: mx.example.org; dmarc=pass\r\nFrom: joe@football.example.com\r\n\r\nhi\r\n");
        using var answer = await run.Client.SendAsync(ServeRun.Check(content: new ByteArrayContent(message)), Token);
        using var outcome = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        Assert.Equal(told is not null, outcome.RootElement.GetProperty("fields_to_remove").GetArrayLength() == 1);
        Assert.Equal(told, answer.Headers.TryGetValues(CheckEndpoint.RemoveField, out var names) ? Assert.Single(names) : null);
    }

    // A host that only removes what is named must not deliver the others.
    [Theory]
    [InlineData(10, "accept", null)]
    [InlineData(1500, "reject", "550 5.6.0 ")]
    public async Task More_forged_names_than_a_host_can_be_told_are_refused(int count, string action, string? reply)
    {
        await using var run = await ServeRun.StartAsync(Token);
        var forged = string.Concat(Enumerable.Range(1, count).Select(static number =>
            $"{new string('\x01', number % 40)}Authentication-Results{new string('\x02', number / 40)}: mx.example.org; dmarc=pass\r\n"));
        var message = Encoding.Latin1.GetBytes(forged + "From: joe@other.example\r\n\r\nhi\r\n");
        using var answer = await run.Client.SendAsync(ServeRun.Check(content: new ByteArrayContent(message)), Token);

        using var outcome = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        Assert.Equal([action], answer.Headers.GetValues(CheckEndpoint.ActionField));
        Assert.Equal(action, outcome.RootElement.GetProperty("disposition").GetProperty("action").GetString());
        Assert.Equal(reply is null, answer.Headers.Contains(CheckEndpoint.RemoveField));
        Assert.Equal(reply is not null, answer.Headers.TryGetValues(CheckEndpoint.ReplyField, out var replies));
        Assert.All(replies ?? [], text => Assert.StartsWith(reply!, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_authenticated_client_is_not_refused()
    {
        await using var run = await ServeRun.StartAsync(Token);
        using var answer = await run.Client.SendAsync(
            ServeRun.Check(
                "client_ip=198.51.100.9&mail_from=joe%40football.example.com&authenticated=true",
                content: new ByteArrayContent("From: joe@football.example.com\r\n\r\nhi\r\n"u8.ToArray())),
            Token);
        Assert.Equal(["accept"], answer.Headers.GetValues(CheckEndpoint.ActionField));
    }

    [Fact]
    public async Task A_message_larger_than_the_limit_is_refused_with_and_without_a_length()
    {
        await using var run = await ServeRun.StartAsync(Token, options => options with { MaxMessageBytes = 2000 });
        var large = new byte[2001];
        large.AsSpan().Fill((byte)'\n');
        using var told = await run.Client.SendAsync(ServeRun.Check(content: new ByteArrayContent(large)), Token);
        using var found = await run.Client.SendAsync(ServeRun.Check(content: new PiecesContent(large, 100)), Token);
        using var fits = await run.Client.SendAsync(ServeRun.Check(content: new PiecesContent(large[..2000], 100)), Token);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.RequestEntityTooLarge), (told.StatusCode, found.StatusCode));
        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
    }

    [Fact]
    public async Task Past_the_checks_in_progress_and_those_that_wait_the_answer_is_to_retry()
    {
        var resolver = new HeldResolver(ServeRun.Zone);
        await using var run = await ServeRun.StartAsync(Token, options => options with { Resolver = resolver, MaxRequests = 1, MaxWaiting = 0 });
        var first = run.Client.SendAsync(ServeRun.Check(), Token);
        await resolver.Asked;
        using var second = await run.Client.SendAsync(ServeRun.Check(), Token);
        resolver.Release();
        using var answer = await first;
        using var third = await run.Client.SendAsync(ServeRun.Check(), Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), second.Headers.RetryAfter!.Delta);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (answer.StatusCode, third.StatusCode));
    }

    [Fact]
    public async Task A_host_that_leaves_frees_its_place()
    {
        var resolver = new HeldResolver(ServeRun.Zone);
        await using var run = await ServeRun.StartAsync(Token, options => options with { Resolver = resolver, MaxRequests = 1, WaitTimeout = TimeSpan.FromMinutes(5) });
        using (var leaves = CancellationTokenSource.CreateLinkedTokenSource(Token))
        {
            var first = run.Client.SendAsync(ServeRun.Check(), leaves.Token);
            await resolver.Asked;
            await leaves.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        }

        var second = run.Client.SendAsync(ServeRun.Check(), Token);
        resolver.Release();
        using var answer = await second;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_check_or_a_message_that_takes_too_long_ends()
    {
        await using var run = await ServeRun.StartAsync(
            Token, options => options with { Resolver = new HeldResolver(ServeRun.Zone), Timeout = TimeSpan.FromSeconds(3) });
        await using var connection = await run.ConnectAsync(Token);
        await connection.WriteAsync(
            Encoding.ASCII.GetBytes($"POST /v1/check?{ServeRun.Envelope} HTTP/1.1\r\nHost: x\r\nContent-Type: message/rfc822\r\nContent-Length: 99\r\n\r\nFrom: a@"), Token);
        using var slow = await run.Client.SendAsync(ServeRun.Check(), Token);

        Assert.Equal(HttpStatusCode.GatewayTimeout, slow.StatusCode);
        Assert.StartsWith("HTTP/1.1 408 ", await LineAsync(connection), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5\r\nFrom:\r\nzz\r\n")]
    [InlineData("5\r\nFrom:\r\nfffffffffffffff1\r\n")]
    [InlineData("fffffffffffffff1\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("5\r\nFrom:xx5\r\n")]
    public async Task A_message_that_ends_too_early_has_no_verdict(string chunks)
    {
        await using var run = await ServeRun.StartAsync(Token);
        await using var connection = await run.ConnectAsync(Token);
        await connection.WriteAsync(
            Encoding.ASCII.GetBytes($"POST /v1/check?{ServeRun.Envelope} HTTP/1.1\r\nHost: x\r\nContent-Type: message/rfc822\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"), Token);
        Assert.StartsWith("HTTP/1.1 400 ", await LineAsync(connection), StringComparison.Ordinal);
        await run.StopAsync(Token);
        Assert.DoesNotContain("error", run.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked", "5\r\nFrom:\r\n")]
    [InlineData("Content-Length: 99", "From: a@")]
    public async Task A_connection_that_is_reset_in_the_message_is_no_error(string length, string part)
    {
        await using var run = await ServeRun.StartAsync(Token, options => ServeRun.OverTcp(options) with { MaxRequests = 1, WaitTimeout = TimeSpan.FromMinutes(5) });
        using (var connection = new TcpClient())
        {
            await connection.ConnectAsync(run.TcpAddress.Host, run.TcpAddress.Port, Token);
            var stream = connection.GetStream();
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes($"POST /v1/check?{ServeRun.Envelope} HTTP/1.1\r\nHost: localhost\r\nContent-Type: message/rfc822\r\nExpect: 100-continue\r\n{length}\r\n\r\n"), Token);

            // The service says so when it begins to read the message.
            Assert.Equal("HTTP/1.1 100 Continue", await LineAsync(stream));
            await stream.WriteAsync(Encoding.ASCII.GetBytes(part), Token);

            // Without a shutdown before it, which would end the request in good order.
            connection.Client.Close(0);
        }

        // It waits for the place of the first.
        using var client = new HttpClient { BaseAddress = run.TcpAddress };
        using var answer = await client.SendAsync(ServeRun.Check(), Token);
        await run.StopAsync(Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("error", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_finishes_the_check_in_progress_and_removes_the_socket()
    {
        var resolver = new HeldResolver(ServeRun.Zone);
        await using var run = await ServeRun.StartAsync(Token, options => options with { Resolver = resolver, DrainTimeout = TimeSpan.FromMinutes(2) });
        var check = run.Client.SendAsync(ServeRun.Check(), Token);
        await resolver.Asked;
        var stop = run.StopAsync(Token);
        resolver.Release();
        using var answer = await check;
        await stop;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(Path.Exists(run.SocketPath));
        Assert.Contains("stopping", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_socket_file_is_replaced_only_when_nobody_listens_and_has_its_access_rights()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "dead.sock");
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(path));
            dead.Listen();

            // Closing would delete the file: it gets another name meanwhile, as if the process had been killed.
            File.Move(path, path + "2");
        }

        File.Move(path + "2", path);
        ServeOptions At(ServeOptions options) => options with { Listen = [new ListenAddress(null, path)], SocketMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        await using var run = await ServeRun.StartAsync(Token, At);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Contains(
            "another process listens there", (await Assert.ThrowsAsync<IOException>(() => ServeRun.StartAsync(Token, At))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_says_whether_the_dns_answers()
    {
        await using var well = await ServeRun.StartAsync(Token);
        await using var ill = await ServeRun.StartAsync(Token, options => options with { Resolver = new DeadResolver() });
        using var good = await well.Client.GetAsync("/health", Token);
        using var bad = await ill.Client.GetAsync("/health", Token);

        Assert.Equal((HttpStatusCode.OK, "ok\n"), (good.StatusCode, await good.Content.ReadAsStringAsync(Token)));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, bad.StatusCode);
        Assert.StartsWith("the DNS does not answer", await bad.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_those_of_the_library_and_of_http()
    {
        await using var run = await ServeRun.StartAsync(Token);
        using var check = await run.Client.SendAsync(ServeRun.Check(), Token);
        var text = await run.Client.GetStringAsync("/metrics", Token);
        foreach (var name in (string[])["emailauth_results_total", "emailauth_messages_total", "http_server_request_duration_seconds_count", "kestrel_active_connections"])
        {
            Assert.Contains($"\n{name}{{", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("192.0.2.1:8892")]
    [InlineData("[::]:8892")]
    [InlineData("0.0.0.0:8892")]
    public void Other_hosts_are_not_served_without_a_token(string address)
    {
        var options = new ServeOptions
        {
            Listen = [ListenAddress.Parse(address)!],
            Authentication = new AuthenticationOptions { AuthservId = "mx.example.org" },
            Resolver = ServeRun.Zone,
        };
        var error = Assert.Throws<CommandException>(() => ServeHost.Create(options, TextWriter.Null, default));
        Assert.Equal((ExitCode.Usage, true), (error.ExitCode, error.Message.Contains("--token-file", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("--listen", "192.0.2.1:8892")]
    [InlineData("--listen", "nowhere")]
    [InlineData("--listen", "systemd")]
    [InlineData("--socket-mode", "888")]
    [InlineData("--socket-group", "no such group")]
    [InlineData("--max-requests", "0")]
    [InlineData("--timeout", "soon")]
    [InlineData("--set", "Spf:MaxLookups=x")]
    public async Task A_wrong_command_line_is_told_and_nothing_is_served(string option, string value)
    {
        var run = await CommandRun.OfAsync("serve", option, value);
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Output));
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Systemd_passes_the_socket()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/python3"), "Python is not installed.");
        using var folder = new TemporaryFolder();
        var command = CommandRun.StartInfo(["serve", "--listen", "systemd", "--zone", "testdata/zones/rfc8463.json"]);
        const string Activate = """
            import os, socket, sys
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(sys.argv[1])
            listener.listen()
            if listener.fileno() != 3:
                os.dup2(listener.fileno(), 3)
            os.set_inheritable(3, True)
            pid = os.fork()
            if pid == 0:
                os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
                os.execvp(sys.argv[2], sys.argv[2:])
            caller = socket.socket(socket.AF_UNIX)
            caller.connect(sys.argv[1])
            caller.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            print(caller.recv(100).split(b"\r\n")[0].decode())
            os.kill(pid, 15)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """;
        using var process = Process.Start(new ProcessStartInfo(
            "/usr/bin/python3", ["-c", Activate, Path.Combine(folder.Path, "serve.sock"), command.FileName, .. command.ArgumentList])
        {
            UseShellExecute = false,
            WorkingDirectory = command.WorkingDirectory,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("HTTP/1.1 200 OK\n0\n", await process.StandardOutput.ReadToEndAsync(Token));
    }

    private static Task<CommandRun> VerifyAsync(string form) => CommandRun.OfAsync(
        "verify", "testdata/messages/rfc8463-a3.eml", "--zone", "testdata/zones/rfc8463.json", "--authserv-id", "mx.example.org", "--ip", "192.0.2.1", "--helo",
        "mail.football.example.com", "--mail-from", "joe@football.example.com", form);

    private static string WithoutTimes(string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        foreach (var ofTheCommand in (string[])["elapsed_ms", "signature_diagnoses", "copy_comparisons", "checked_at", "octets"])
        {
            node.Remove(ofTheCommand);
        }

        return node.ToJsonString();
    }

    private static async Task<string> LineAsync(NetworkStream connection)
    {
        using var reader = new StreamReader(connection, leaveOpen: true);
        return await reader.ReadLineAsync(Token) ?? string.Empty;
    }

    private sealed class DeadResolver : IDnsResolver
    {
        public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) => new(DnsResponse.Failed(DnsFailure.Timeout));
    }
}
