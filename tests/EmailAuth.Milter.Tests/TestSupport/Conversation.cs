using System.Diagnostics.Metrics;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Milter.Tests.TestSupport;

/// <summary>A connection without a socket: packets in, answers out.</summary>
internal sealed class Conversation : IAsyncDisposable
{
    private readonly AuthenticatingHandler _handler;
    private readonly HandlerConversation _conversation;

    public Conversation(MilterOptions? options = null, HeaderMemory? headerMemory = null)
    {
        options ??= MilterOptions.For("mx.example.org");
        _handler = new AuthenticatingHandler(Fake, options, new MilterEvents(Log, Metrics()), Time, headerMemory ?? new HeaderMemory(0));
        _conversation = new HandlerConversation(_handler, AuthenticatingHandler.ConnectionOptions(options, Time));
    }

    public FakeAuthenticator Fake { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public CollectingLogger<MilterEvents> Log { get; } = new();

    public MilterConnectionEnd? End => _conversation.Result?.End;

    public string? Violation => _conversation.Result is { IsViolation: true } result ? result.Reason : null;

    public static MilterMetrics Metrics() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    /// <summary>Says packets and returns the answers.</summary>
    public Task<List<Answer>> SayAsync(params byte[][] packets) => _conversation.SayAsync(packets);

    public Task<List<Answer>> AnswersAsync() => _conversation.AnswersAsync();

    /// <summary>Says the end of the body and does not wait for the verdict.</summary>
    public Task BeginEndOfBodyAsync() => _conversation.SendAsync(Packets.EndOfBody);

    public async ValueTask DisposeAsync()
    {
        await _conversation.DisposeAsync();
        await _handler.DisposeAsync();
    }
}
