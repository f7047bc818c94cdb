using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EmailAuth.Milter.Protocol;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary><c>emailauth milter-test</c> as a user runs it, against a milter in this process.</summary>
public sealed class MilterTestCommandTests : IDisposable
{
    private const string Text = "Subject: Hello\nFrom: joe@example.com\nX-Old: 1\n\nHello\n";

    private readonly TemporaryFile _message = new(Text, ".eml");

    public void Dispose() => _message.Dispose();

    [Fact]
    public async Task Every_reply_and_change_is_shown_and_the_message_is_written_as_it_becomes()
    {
        using var changed = new TemporaryFile(string.Empty, ".eml");
        var (run, calls) = await AskAsync(
            new Tagging(), "--ip", "198.51.100.7", "--helo", "mail.example.com", "--mail-from", "joe@example.com", "--to", "bob@example.org",
            "--macro", "auth_authen=joe", "--output", changed.Path);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["[198.51.100.7] [198.51.100.7]", "mail.example.com", "joe@example.com as joe in milter-test", "bob@example.org"], calls);
        Assert.Equal(
            "Authentication-Results: mx.example.org; none\r\nSubject: Hello\r\nFrom: joe@example.com\r\n\r\nHello\r\n",
            await File.ReadAllTextAsync(changed.Path, TestContext.Current.CancellationToken));
        foreach (var line in (string[])
        [
            ": accept", "protocol version: 6", "may: add header fields, change header fields, hold messages", "leaves out: DATA", "RCPT <bob@example.org>",
            "header field, 3 times", "inserts at 0 Authentication-Results: mx.example.org; none", "removes field 1 of X-Old", "holds the message: odd",
        ])
        {
            Assert.Contains(line, run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Json_holds_the_same()
    {
        var (run, _) = await AskAsync(new Tagging(), "--json");
        using var json = JsonDocument.Parse(run.Output);
        var root = json.RootElement;

        Assert.Equal(("accept", 6), (root.GetProperty("answer").GetString(), root.GetProperty("version").GetInt32()));
        Assert.Equal(
            ["CONNECT", "HELO", "MAIL", "RCPT", "header field", "header field", "header field", "end of header", "body", "end of message"],
            root.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("step").GetString()));
        Assert.Equal(
            ["insert field", "change field", "hold the message"],
            root.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("change").GetString()));
    }

    [Fact]
    public async Task A_refusal_is_an_answer()
    {
        var (run, _) = await AskAsync(new Refusing());

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(": 550 5.7.1 not ?[31mhere", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\x1b', run.Output);
    }

    [Fact]
    public async Task What_cannot_be_reached_or_is_no_milter_is_told()
    {
        var nobody = await CommandRun.OfAsync("milter-test", $"inet:{LoopbackPort.Take()}@127.0.0.1", _message.Path);
        Assert.Equal(3, nobody.ExitCode);
        Assert.Contains("cannot be reached", nobody.Error, StringComparison.Ordinal);

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync("220 mx.example.org ESMTP\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            await client.GetStream().ReadExactlyAsync(new byte[17], TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);
        var smtp = await CommandRun.OfAsync("milter-test", listener.LocalEndpoint.ToString()!, _message.Path);
        await serving;
        Assert.Equal(3, smtp.ExitCode);
        Assert.Contains("fault: the milter sent a packet of", smtp.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is not the address of a milter: give unix:/path", "nowhere")]
    [InlineData("--macro must be NAME=VALUE", "inet:9@127.0.0.1", "--macro", "x")]
    [InlineData("--timeout must be a number of seconds", "inet:9@127.0.0.1", "--timeout", "0")]
    [InlineData("--to and --client-name must not be empty", "inet:9@127.0.0.1", "--to", "")]
    public async Task Wrong_usage_is_told(string error, string address, params string[] options)
    {
        var run = await CommandRun.OfAsync(["milter-test", address, _message.Path, .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(error, run.Error, StringComparison.Ordinal);
    }

    private async Task<(CommandRun Run, IReadOnlyList<string> Calls)> AskAsync(Telling handler, params string[] options)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            return await MilterConnection.RunAsync(
                client.GetStream(),
                handler,
                new MilterConnectionOptions
                {
                    RequiredActions = MilterActions.AddHeaders | MilterActions.ChangeHeaders | MilterActions.Quarantine,
                    Steps = MilterSteps.NoData | MilterSteps.HeaderLeadingSpace,
                },
                TestContext.Current.CancellationToken,
                TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync(["milter-test", listener.LocalEndpoint.ToString()!, _message.Path, .. options]);
        Assert.Equal(MilterConnectionEnd.Quit, (await serving).End);
        return (run, handler.Calls);
    }

    private class Telling : MilterHandler
    {
        public List<string> Calls { get; } = [];

        public override ValueTask<MilterResponse> OnConnectAsync(MilterContext context, MilterClient client, CancellationToken cancellationToken) => Note(client.ToString());

        public override ValueTask<MilterResponse> OnHeloAsync(MilterContext context, string name, CancellationToken cancellationToken) => Note(name);

        public override ValueTask<MilterResponse> OnMailAsync(
            MilterContext context, string reversePath, ImmutableArray<string> arguments, CancellationToken cancellationToken) =>
            Note($"{reversePath} as {context.Macros["auth_authen"]} in {context.Macros["i"]}");

        public override ValueTask<MilterResponse> OnRecipientAsync(
            MilterContext context, string forwardPath, ImmutableArray<string> arguments, CancellationToken cancellationToken) => Note(forwardPath);

        private ValueTask<MilterResponse> Note(string call)
        {
            Calls.Add(call);
            return new(MilterResponse.Continue);
        }
    }

    private sealed class Tagging : Telling
    {
        public override ValueTask<MilterResponse> OnEndOfMessageAsync(
            MilterContext context, MilterModifications modifications, CancellationToken cancellationToken)
        {
            modifications.InsertHeader(0, "Authentication-Results", "mx.example.org; none");
            modifications.RemoveHeader(1, "X-Old");
            modifications.Quarantine("odd");
            return new(MilterResponse.Accept);
        }
    }

    private sealed class Refusing : Telling
    {
        public override ValueTask<MilterResponse> OnEndOfMessageAsync(
            MilterContext context, MilterModifications modifications, CancellationToken cancellationToken) =>
            new(MilterResponse.Refuse("550 5.7.1 not \u001b[31mhere"));
    }
}
