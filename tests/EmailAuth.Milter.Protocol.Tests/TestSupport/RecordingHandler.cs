using System.Collections.Immutable;
using System.Text;

namespace EmailAuth.Milter.Protocol.Tests.TestSupport;

/// <summary>Writes down what it is told, and answers as a test says.</summary>
internal sealed class RecordingHandler : MilterHandler
{
    private readonly StringBuilder _body = new();

    public List<string> Calls { get; } = [];

    /// <summary>What calls that begin so are answered with; the others continue.</summary>
    public Dictionary<string, MilterResponse> Answers { get; } = [];

    public Func<MilterContext, MilterModifications, CancellationToken, ValueTask<MilterResponse>>? AtEnd { get; set; }

    public override void OnNegotiated(MilterContext context) => Calls.Add($"negotiated {context.ProtocolVersion}");

    public override ValueTask<MilterResponse> OnConnectAsync(MilterContext context, MilterClient client, CancellationToken cancellationToken) =>
        Note($"connect {client}");

    public override ValueTask<MilterResponse> OnHeloAsync(MilterContext context, string name, CancellationToken cancellationToken) => Note($"helo {name}");

    public override ValueTask<MilterResponse> OnMailAsync(
        MilterContext context, string reversePath, ImmutableArray<string> arguments, CancellationToken cancellationToken) =>
        Note($"mail {string.Join(' ', arguments.Prepend(reversePath))}");

    public override ValueTask<MilterResponse> OnRecipientAsync(
        MilterContext context, string forwardPath, ImmutableArray<string> arguments, CancellationToken cancellationToken) =>
        Note($"rcpt {string.Join(' ', arguments.Prepend(forwardPath))}");

    public override ValueTask<MilterResponse> OnDataAsync(MilterContext context, CancellationToken cancellationToken) => Note("data");

    public override ValueTask<MilterResponse> OnUnknownCommandAsync(MilterContext context, string command, CancellationToken cancellationToken) =>
        Note($"unknown {command}");

    public override ValueTask<MilterResponse> OnHeaderAsync(
        MilterContext context, ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        Note($"field {Encoding.UTF8.GetString(name.Span)}:{Encoding.UTF8.GetString(value.Span)}");

    public override ValueTask<MilterResponse> OnEndOfHeadersAsync(MilterContext context, CancellationToken cancellationToken) => Note("end of headers");

    public override ValueTask<MilterResponse> OnBodyAsync(MilterContext context, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        _body.Append(Encoding.UTF8.GetString(piece.Span));
        return new(Answer("body"));
    }

    public override ValueTask<MilterResponse> OnEndOfMessageAsync(
        MilterContext context, MilterModifications modifications, CancellationToken cancellationToken)
    {
        Calls.Add($"body {_body}");
        _body.Clear();
        return AtEnd?.Invoke(context, modifications, cancellationToken) ?? Note("end");
    }

    public override ValueTask OnAbortAsync(MilterContext context) => End("abort");

    public override ValueTask OnCloseAsync(MilterContext context) => End("close");

    private ValueTask End(string call)
    {
        _body.Clear();
        Calls.Add(call);
        return default;
    }

    private ValueTask<MilterResponse> Note(string call)
    {
        Calls.Add(call);
        return new(Answer(call));
    }

    private MilterResponse Answer(string call) =>
        Answers.FirstOrDefault(answer => call.StartsWith(answer.Key, StringComparison.Ordinal)).Value ?? MilterResponse.Continue;
}
