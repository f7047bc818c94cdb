using System.Buffers;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Milter.Tests.TestSupport;

/// <summary>A dialogue without a socket: packets in, answers out.</summary>
internal sealed class Conversation : IAsyncDisposable
{
    private readonly MilterPacketReader _reader;
    private readonly Pipe _replies = new(new PipeOptions(pauseWriterThreshold: 0));

    public Conversation(MilterOptions? options = null)
    {
        options ??= new MilterOptions { AuthservId = "mx.example.org" };
        _reader = new MilterPacketReader(options.MaxPacketBytes);
        Dialogue = new MilterDialogue(Fake, options, new MilterEvents(Log, Metrics()), Time);
    }

    public FakeAuthenticator Fake { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public CollectingLogger<MilterEvents> Log { get; } = new();

    public MilterDialogue Dialogue { get; }

    public DialogueAction LastStep { get; private set; }

    public string? Violation => _reader.Error ?? Dialogue.Violation;

    public static MilterMetrics Metrics() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    /// <summary>Says packets and returns the answers; stops where the connection would be closed.</summary>
    public async Task<List<Answer>> SayAsync(params byte[][] packets)
    {
        foreach (var packet in packets)
        {
            await FeedAsync(packet);
            if (LastStep is DialogueAction.Close or DialogueAction.Violation)
            {
                break;
            }
        }

        return await AnswersAsync();
    }

    public async Task<List<Answer>> AnswersAsync()
    {
        await _replies.Writer.FlushAsync(TestContext.Current.CancellationToken);
        if (!_replies.Reader.TryRead(out var result))
        {
            return [];
        }

        var answers = Answer.ReadAll(result.Buffer.ToArray());
        _replies.Reader.AdvanceTo(result.Buffer.End);
        return answers;
    }

    /// <summary>Says the end of the body and does not wait for the verdict.</summary>
    public Task BeginEndOfBodyAsync() => FeedAsync(Packets.EndOfBody);

    private async Task FeedAsync(byte[] bytes)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        while (true)
        {
            var status = _reader.Read(ref buffer, out var packet);
            if (status != MilterReadStatus.Packet)
            {
                LastStep = status == MilterReadStatus.Malformed ? DialogueAction.Violation : LastStep;
                Assert.True(LastStep == DialogueAction.Violation || buffer.IsEmpty, "The test said half a packet.");
                return;
            }

            LastStep = Dialogue.Receive(packet, _replies.Writer);
            if (LastStep == DialogueAction.EndOfMessage)
            {
                await Dialogue.CompleteMessageAsync(_replies.Writer, TestContext.Current.CancellationToken);
            }
        }
    }

    public ValueTask DisposeAsync() => Dialogue.DisposeAsync();
}
