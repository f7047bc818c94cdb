using EmailAuth.Milter.Protocol.Tests.TestSupport;

namespace EmailAuth.Milter.Protocol.Tests;

/// <summary>How often a stream is read and written, and that a connection sees nothing of one whose state it uses.</summary>
public sealed class StreamConnectionTests
{
    // As our milter asks: the MTA waits after CONNECT, MAIL and the end of the message.
    private static readonly MilterConnectionOptions Options = new()
    {
        RequiredActions = MilterActions.AddHeaders,
        Steps = MilterSteps.NoReplyToRecipient | MilterSteps.NoReplyToHelo | MilterSteps.NoReplyToHeader | MilterSteps.NoReplyToEndOfHeaders |
            MilterSteps.NoReplyToBody,
    };

    private readonly RecordingHandler _handler = new()
    {
        AtEnd = static (_, modifications, _) =>
        {
            modifications.InsertHeader(0, "Authentication-Results", "mx.example.org; spf=pass");
            return new(MilterResponse.Continue);
        },
    };

    private readonly List<ConnectionLoop> _givenBack = [];

    [Fact]
    public async Task Each_piece_is_one_read_and_each_time_that_the_MTA_waits_one_write()
    {
        var stream = new CountingStream(
            Packets.Offer(), [.. Packets.Connect(), .. Packets.Helo()], [.. Packets.Macro(MilterCommand.Mail, "i", "Q1"), .. Packets.Mail()],
            Rest(new string('x', 10 * 1024)), Packets.Quit);

        await ServeAsync(stream);

        Assert.Equal("Occic", stream.Codes);
        Assert.Equal((5, 4), (stream.Reads, stream.Writes));
    }

    [Theory]
    [InlineData(15 * 1024, 1)]
    [InlineData(60 * 1024, 2)] // 16 KB, then 64 KB
    [InlineData(200 * 1024, 4)]
    public async Task A_long_message_is_read_in_long_pieces(int length, int reads)
    {
        var stream = new CountingStream(Packets.Offer(), Packets.Connect(), Packets.Mail(), Rest(new string('x', length)), Packets.Quit);

        await ServeAsync(stream);

        Assert.Equal("Occic", stream.Codes);
        Assert.Equal((4 + reads, 4), (stream.Reads, stream.Writes));
        Assert.Equal(length, _handler.Calls.Single(call => call.StartsWith("body", StringComparison.Ordinal)).Length - "body ".Length);
    }

    [Fact]
    public async Task The_second_message_of_a_connection_costs_two_reads_and_two_writes()
    {
        var stream = new CountingStream(
            Packets.Offer(), Packets.Connect(), Packets.Mail(), Rest("one"), Packets.Mail(), Rest("two"), Packets.Quit);

        await ServeAsync(stream);

        Assert.Equal("Occiccic", stream.Codes);
        Assert.Equal((7, 6), (stream.Reads, stream.Writes));
    }

    [Fact]
    public async Task Bytes_one_at_a_time_give_the_same_dialogue()
    {
        byte[] all = [.. Packets.Offer(), .. Packets.Connect(), .. Packets.Mail(), .. Rest(new string('x', 3_000)), .. Packets.Quit];

        var stream = new CountingStream([.. all.Select(octet => new[] { octet })]);
        await ServeAsync(stream);

        Assert.Equal("Occic", stream.Codes);
        Assert.Equal((all.Length, 4), (stream.Reads, stream.Writes));
    }

    [Fact]
    public async Task A_field_longer_than_every_buffer_arrives_whole()
    {
        var value = new string('v', 900_000);
        var stream = new CountingStream(
            Packets.Offer(), Packets.Connect(), Packets.Mail(),
            [.. Packets.Recipient(), .. Packets.Header("Long", value), .. Packets.EndOfHeaders, .. Packets.EndOfBody], Packets.Quit);

        await ServeAsync(stream);

        Assert.Equal("Occic", stream.Codes);
        Assert.Contains($"field Long: {value}", _handler.Calls);
        Assert.InRange(stream.Reads, 5, 25); // it grows by doubling
    }

    [Theory]
    [InlineData("quit after a message", "Quit", true)]
    [InlineData("quit within a message", "Quit", true)]
    [InlineData("abort", "Quit", true)]
    [InlineData("closed before a message", "Closed", true)]
    [InlineData("closed within a message", "Lost", false)]
    [InlineData("closed within a packet", "Lost", false)]
    [InlineData("not the protocol", "InvalidPacketLength", false)]
    [InlineData("a fault of the handler", "InvalidDataException", false)]
    [InlineData("cancelled", "TaskCanceledException", false)]
    public async Task Nothing_of_an_earlier_connection_is_seen_by_the_next(string earlier, string end, bool isUsedAgain)
    {
        byte[] next = [.. Packets.Offer(4, MilterActions.AddHeaders, MilterSteps.None), .. Packets.Connect("198.51.100.9"), .. Packets.Mail("<next@example.net>"), .. Rest("next"), .. Packets.Quit];
        var expected = await CallsAsync(new ConnectionLoop(static _ => { }), next);
        var loop = new ConnectionLoop(_givenBack.Add);
        using var cancellation = new CancellationTokenSource();
        MilterContext? seen = null;
        var handler = new RecordingHandler
        {
            AtEnd = (context, _, _) =>
            {
                seen = context;
                return new(MilterResponse.Accept);
            },
        };
        byte[] begun = [.. Packets.Offer(), .. Packets.Macro(MilterCommand.Connect, "j", "first.example"), .. Packets.Connect(), .. Packets.Helo()];
        byte[] opening = [.. Packets.Macro(MilterCommand.Mail, "i", "FIRST"), .. Packets.Mail()];
        byte[] message = [.. opening, .. Packets.Header("Secret", " of the first")];
        byte[] said = earlier switch
        {
            "quit after a message" => [.. begun, .. opening, .. Rest("first"), .. Packets.Quit],
            "quit within a message" => [.. begun, .. message, .. Packets.Body("first"), .. Packets.Quit],
            "abort" => [.. begun, .. message, .. Packets.Abort, .. Packets.Quit],
            "closed before a message" => begun,
            "closed within a message" => [.. begun, .. message],
            "closed within a packet" => [.. begun, .. message, .. Packets.Body("first")[..7]],
            "not the protocol" => [.. begun, 0, 0, 0, 0],
            _ => [.. begun, .. opening, .. Rest("first")],
        };
        if (earlier is "a fault of the handler")
        {
            handler.AtEnd = static (_, _, _) => throw new InvalidDataException("thrown by the test");
        }
        else if (earlier is "cancelled")
        {
            handler.AtEnd = (_, _, token) =>
            {
                cancellation.Cancel();
                return ValueTask.FromCanceled<MilterResponse>(token);
            };
        }

        var serving = loop.ServeAsync(new CountingStream(said), handler, Options, CancellationToken.None, cancellation.Token);
        var exception = await Record.ExceptionAsync(() => serving);

        Assert.Equal(end, exception?.GetType().Name ?? (await serving).End.ToString());
        Assert.Equal(isUsedAgain, _givenBack.Count == 1);
        Assert.Equal(expected, await CallsAsync(isUsedAgain ? loop : new ConnectionLoop(static _ => { }), next));
        Assert.True(seen is null || seen.Macros["j"] == "first.example"); // what a handler keeps is not given to another
    }

    // What the next connection's handler is told and can ask, and what the MTA gets.
    private static async Task<string> CallsAsync(ConnectionLoop loop, byte[] said)
    {
        var asked = string.Empty;
        var handler = new RecordingHandler
        {
            AtEnd = (context, _, _) =>
            {
                asked = $"{context.ProtocolVersion} {context.Actions} {context.Steps} {context.Macros["i"]} {context.Macros["j"]}";
                return new(MilterResponse.Continue);
            },
        };
        var stream = new CountingStream(said);
        var result = await loop.ServeAsync(stream, handler, null, CancellationToken.None, TestContext.Current.CancellationToken);
        return $"{string.Join('\n', handler.Calls)}\n{asked}\n{stream.Codes} {stream.Writes}\n{result}";
    }

    private Task<MilterConnectionResult> ServeAsync(Stream stream) =>
        new ConnectionLoop(_givenBack.Add).ServeAsync(stream, _handler, Options, CancellationToken.None, TestContext.Current.CancellationToken);

    private static byte[] Rest(string body) =>
    [
        .. Packets.Recipient(), .. Packets.Header("From", " alice@example.com"), .. Packets.EndOfHeaders,
        .. body.Chunk(65_000).SelectMany(piece => Packets.Body(new string(piece))), .. Packets.EndOfBody,
    ];
}
