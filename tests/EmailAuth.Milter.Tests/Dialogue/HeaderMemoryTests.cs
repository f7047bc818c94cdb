using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.Dialogue;

/// <summary>Long headers share a room: a message that finds none is deferred, and what it held is free for others.</summary>
public sealed class HeaderMemoryTests
{
    private const int FieldBytes = 10_000;

    private static readonly byte[] Field = Packets.Header("X", new string('y', FieldBytes - 1));

    [Fact]
    public async Task A_header_that_is_the_only_one_is_not_bounded()
    {
        await using var conversation = new Conversation(headerMemory: new HeaderMemory(0));

        Assert.Equal("ic", await EndAsync(conversation, [Packets.Offer(), Packets.Connect(), .. Begin(100)]));
    }

    [Fact]
    public async Task A_header_that_a_connection_has_memory_for_takes_no_room()
    {
        var memory = new HeaderMemory(0);
        await using var first = new Conversation(headerMemory: memory);
        await using var second = new Conversation(headerMemory: memory);
        await first.SayAsync([Packets.Offer(), Packets.Connect(), .. Begin(100)]);

        Assert.Equal("ic", await EndAsync(second, [Packets.Offer(), Packets.Connect(), .. Begin(3)]));
        Assert.Equal("y", await EndAsync(second, Begin(4)));
    }

    public static TheoryData<string, byte[][]> Ends => new()
    {
        { "its end", [Packets.EndOfHeaders, Packets.EndOfBody] },
        { "ABORT", [Packets.Abort] },
        { "the next message", [Packets.Mail("<b@example.org>")] },
        { "QUIT", [Packets.Quit] },
        { "a fault of the protocol", [Packets.EndOfHeaders, Packets.EndOfHeaders] },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_message_without_room_is_deferred_and_the_next_has_room_again(string what, byte[][] end)
    {
        // OnInternalError is for faults of ours: a sender can bring this about.
        var options = MilterOptions.For("mx.example.org") with { OnInternalError = MilterDecision.Accept };
        var memory = new HeaderMemory(5 * FieldBytes);
        await using var first = new Conversation(options, memory);
        await using var second = new Conversation(options, memory);
        await first.SayAsync([Packets.Offer(), Packets.Connect(), .. Begin(8)]);

        // It gives back what it had taken of the room, so that the first may go on.
        Assert.Equal("y", await EndAsync(second, [Packets.Offer(), Packets.Connect(), .. Begin(20)]));
        Assert.DoesNotContain(second.Log.Lines, line => line.Level >= LogLevel.Warning);
        Assert.Contains("no memory for its header", second.Log.Lines.Last().Text, StringComparison.Ordinal);
        await first.SayAsync(end);
        if (first.End is not null)
        {
            await first.DisposeAsync();
        }

        Assert.True(memory.TryTake(5 * FieldBytes, 0), what);
        memory.Return(5 * FieldBytes);

        Assert.Equal("ic", await EndAsync(second, Begin(8)));
    }

    [Fact]
    public async Task A_deferred_message_is_answered_with_451_4_3_1()
    {
        var memory = new HeaderMemory(0);
        Assert.True(memory.TryTake(1, 0));
        await using var conversation = new Conversation(headerMemory: memory);

        var answers = await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. Begin(4), Packets.EndOfHeaders, Packets.Body("x"), Packets.EndOfBody]);

        Assert.StartsWith("451 4.3.1 ", answers[^1].Text, StringComparison.Ordinal);
        Assert.DoesNotContain(conversation.Fake.Calls, call => call.StartsWith("complete", StringComparison.Ordinal));
    }

    [Fact]
    public void A_process_has_room_for_a_32nd_of_its_memory() =>
        Assert.Equal(4L * 1024 * 1024, HeaderMemory.Of(128L * 1024 * 1024).Capacity);

    private static byte[][] Begin(int fields) => [Packets.Mail("<a@example.org>"), .. Enumerable.Repeat(Field, fields)];

    private static async Task<string> EndAsync(Conversation conversation, byte[][] message)
    {
        var answers = await conversation.SayAsync([.. message, Packets.EndOfHeaders, Packets.EndOfBody]);
        return string.Concat(answers.Where(answer => answer.Code != (byte)'O').Select(answer => (char)answer.Code));
    }
}
