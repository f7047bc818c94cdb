using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Text;
using EmailAuth.Fuzz.Support;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Protocol.Trial;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// The protocol between our milter and our MTA, as a library has it: what the MTA has arrives at the milter, and what the milter changes arrives at the MTA, and
/// nothing else. The input: a byte of what is agreed on, the changes, a line each (a letter and a text), and the message.
/// </summary>
internal static class MilterProtocolTarget
{
    private const MilterActions AllActions = MilterActions.AddHeaders | MilterActions.ChangeHeaders | MilterActions.ChangeBody | MilterActions.AddRecipients
        | MilterActions.DeleteRecipients | MilterActions.Quarantine | MilterActions.ChangeSender | MilterActions.AddRecipientsWithArguments;

    public static void Run(ReadOnlySpan<byte> input)
    {
        var parts = new Parts(input);
        if (!parts.TryTake(out var head) || head.Length is < 1 or > 10_000 || parts.Rest.Length > 100_000 || parts.Rest.Contains((byte)0))
        {
            return; // an MTA passes no NUL on: it would end the value
        }

        var keepsSpace = (head[0] & 1) != 0;
        var options = new MilterConnectionOptions
        {
            RequiredActions = AllActions,
            TimeProvider = FixedTime.Default,
            Steps = (keepsSpace ? MilterSteps.HeaderLeadingSpace : MilterSteps.None) | ((head[0] & 2) != 0 ? MilterSteps.NoReplyToHeader | MilterSteps.NoReplyToBody : MilterSteps.None),
        };
        var handler = new Handler(Unescaped(Encoding.UTF8.GetString(head[1..])).Split('\x1f'), keepsSpace);
        var connection = new Connection();
        var milter = MilterConnection.RunAsync(connection.Milter, handler, options);
        var message = new MilterTrialMessage { Content = parts.Rest.ToArray() };
        var trial = MilterTrial.RunAsync(connection.Mta, message, TimeSpan.FromMinutes(5), FixedTime.Default);
        var result = trial.GetAwaiter().GetResult();
        connection.MtaLeaves();
        var ended = milter.GetAwaiter().GetResult();
        FindingException.ThrowIf(result.Fault is not null || ended.End is not (MilterConnectionEnd.Quit or MilterConnectionEnd.Closed), $"{result.Fault} {ended}");

        var sent = new TrialContent(message.Content);
        Expect.Equal(
            string.Concat(sent.Fields.Select(field => $"{field.Name}:{Arriving(Encoding.Latin1.GetString(field.Value.Span), keepsSpace)}\r\n")) + "\r\n" + Encoding.Latin1.GetString(sent.Body.Span),
            handler.Received, "what the milter got");
        Expect.Equal(string.Join('\n', handler.Changes), string.Join('\n', result.Changes.Select(Describe)), "what the MTA got");
        foreach (var change in result.Changes)
        {
            var lines = change.Value.Split('\n');
            FindingException.ThrowIf(change.Value.Contains('\r', StringComparison.Ordinal) || lines[1..].Any(line => line is not [' ' or '\t', ..]), $"a value that ends its field: {change}");
        }
    }

    // Sendmail and Postfix remove one space unless they are asked to keep it, and a CR that ends no line.
    private static string Arriving(string value, bool keepsSpace) =>
        (keepsSpace ? string.Empty : " ") + (keepsSpace || !value.StartsWith(' ') ? value : value[1..]).Replace("\r", string.Empty, StringComparison.Ordinal).TrimEnd('\n').Replace("\n", "\r\n", StringComparison.Ordinal);

    private static string Unescaped(string text) => text.Replace('\n', '\x1f').Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\0", "\0", StringComparison.Ordinal);

    private static string Describe(MilterTrialChange change) => $"{change.Kind} {change.Index} {change.Name} {Quoted(change.Value)} {Encoding.Latin1.GetString(change.Body.Span)}";

    private static string Quoted(string text) => text.Replace("\n", "\\n", StringComparison.Ordinal);

    private sealed class Handler(string[] lines, bool keepsSpace) : MilterHandler
    {
        private readonly StringBuilder _received = new();
        private bool _isHeader = true;

        public string Received => _isHeader ? _received + "\r\n" : _received.ToString();

        public List<string> Changes { get; } = [];

        public override ValueTask<MilterResponse> OnHeaderAsync(MilterContext context, ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
        {
            _received.Append(Encoding.Latin1.GetString(name.Span)).Append(':').Append(Encoding.Latin1.GetString(value.Span)).Append("\r\n");
            return new(MilterResponse.Continue);
        }

        public override ValueTask<MilterResponse> OnEndOfHeadersAsync(MilterContext context, CancellationToken cancellationToken)
        {
            _received.Append("\r\n");
            _isHeader = false;
            return new(MilterResponse.Continue);
        }

        public override ValueTask<MilterResponse> OnBodyAsync(MilterContext context, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
        {
            _received.Append(Encoding.Latin1.GetString(piece.Span));
            return new(MilterResponse.Continue);
        }

        public override ValueTask<MilterResponse> OnEndOfMessageAsync(MilterContext context, MilterModifications modifications, CancellationToken cancellationToken)
        {
            foreach (var line in lines)
            {
                try
                {
                    Change(modifications, line);
                }
                catch (ArgumentException) when (line is ['a' or 'i' or 'c', ..])
                {
                    // Documented: no name of a field.
                    var name = line.Split(':')[0][1..];
                    FindingException.ThrowIf(name.Length > 0 && name.All(c => c is > ' ' and <= '~'), $"refused: {line}");
                }
            }

            return new(MilterResponse.Accept);
        }

        // What is expected is said once more, by the documentation: a text ends at NUL, a line break that does not fold is a space.
        private void Change(MilterModifications changes, string line)
        {
            if (line.Length == 0)
            {
                return;
            }

            var text = line[1..];
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = colon < 0 ? (text, string.Empty) : (text[..colon], text[(colon + 1)..]);
            switch (line[0])
            {
                case 'a':
                    changes.AddHeader(name, value);
                    Changes.Add($"{MilterReply.AddHeader} 0 {name} {Quoted(Field(value))} ");
                    break;
                case 'i':
                    changes.InsertHeader(text.Length % 4, name, value);
                    Changes.Add($"{MilterReply.InsertHeader} {text.Length % 4} {name} {Quoted(Field(value))} ");
                    break;
                case 'c':
                    changes.ChangeHeader(1 + (text.Length % 4), name, value);
                    Changes.Add($"{MilterReply.ChangeHeader} {1 + (text.Length % 4)} {name} {Quoted(value.Length == 0 ? value : Field(value))} ");
                    break;
                case 'b':
                    changes.ReplaceBody(Encoding.UTF8.GetBytes(text));
                    Changes.Add($"{MilterReply.ReplaceBody} 0   {Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text))}");
                    break;
                case 'q':
                    changes.Quarantine(text);
                    Changes.Add($"{MilterReply.Quarantine} 0  {Plain(text.ReplaceLineEndings(" "))} ");
                    break;
                case 'r':
                    changes.AddRecipient(text);
                    Changes.Add($"{MilterReply.AddRecipient} 0 {Plain(text.ReplaceLineEndings(" "))}  ");
                    break;
                case 's':
                    changes.ChangeSender(name, value);
                    Changes.Add($"{MilterReply.ChangeSender} 0 {Plain(name.ReplaceLineEndings(" "))} {Plain(value.ReplaceLineEndings(" "))} ");
                    break;
            }
        }

        private static string Plain(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Split('\0')[0]));

        private string Field(string value)
        {
            // A CR alone is a space that folds nothing: it stands for itself until the lines are put together.
            const char BareCr = '\ud800';
            var folded = value.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', BareCr).Split('\n');
            var parts = folded[0] + string.Concat(folded[1..].Select(line => (line is [' ' or '\t', ..] ? "\n" : " ") + line));
            return Plain((keepsSpace ? " " : string.Empty) + parts.Replace(BareCr, ' '));
        }
    }

    // All of it runs on this thread.
    private sealed class Connection
    {
        private static readonly PipeOptions Inline = new(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

        private readonly Pipe _there = new(Inline);
        private readonly Pipe _back = new(Inline);

        public Connection() => (Mta, Milter) = (new JoinedStream(_back.Reader.AsStream(), _there.Writer.AsStream()), new JoinedStream(_there.Reader.AsStream(), _back.Writer.AsStream()));

        public Stream Mta { get; }

        public Stream Milter { get; }

        public void MtaLeaves() => _there.Writer.Complete();
    }

    private sealed class JoinedStream(Stream input, Stream output) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);
    }
}
