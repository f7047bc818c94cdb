using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using EmailAuth.Fuzz.Support;
using EmailAuth.Hosting;
using EmailAuth.Milter;
using EmailAuth.Milter.Authentication;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// An MTA's connection. The input: a byte of choices, one for how the bytes are cut, and the packets; as they stand, or parted by 0xFE
/// bytes with the lengths written here, so that a change within a packet breaks no other.
/// </summary>
internal static class MilterTarget
{
    public const byte PacketSeparator = 0xFE;

    private static readonly ZoneResolver Zone = new(ZoneLines.Read(MilterSeeds.Zone));

    private static readonly ErrorLog Log = new();

    private static readonly MilterEvents Events = new(Log, new MilterMetrics(new Meters()));

    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2)
        {
            return;
        }

        var options = new MilterOptions
        {
            AuthservId = "mx.example.org",
            OnReject = (input[0] & 2) == 0 ? MessageAction.Annotate : MessageAction.Reject,
            OnQuarantine = (input[0] & 2) == 0 ? MessageAction.Annotate : MessageAction.Quarantine,
            OnTemporaryError = (input[0] & 4) == 0 ? MessageAction.Annotate : MessageAction.TempFail,
            AddsReceivedSpf = (input[0] & 8) != 0,
            SkipAuthenticated = (input[0] & 16) == 0,
            MaxPacketBytes = 100_000,
        };
        var stream = (input[0] & 1) == 0 ? Framed(input[2..]) : input[2..].ToArray();
        var whole = Converse(options, stream, stream.Length);
        Expect.Equal(whole, Converse(options, stream, 1 + (input[1] % 61)), "in pieces the dialogue is another");
    }

    /// <summary>Writes the lengths of packets that are parted by 0xFE.</summary>
    public static byte[] Framed(ReadOnlySpan<byte> packets)
    {
        var framed = new ArrayBufferWriter<byte>(packets.Length + 64);
        foreach (var range in packets.Split(PacketSeparator))
        {
            var packet = packets[range];
            BinaryPrimitives.WriteInt32BigEndian(framed.GetSpan(4), packet.Length);
            framed.Advance(4);
            framed.Write(packet);
        }

        return framed.WrittenSpan.ToArray();
    }

    // Feeds the stream as a connection does, until it ends or is closed; the replies and how it ended.
    private static string Converse(MilterOptions options, byte[] stream, int pieceLength)
    {
        var authenticator = new Counted(AuthenticatorFactory.Create(options, Zone, FixedTime.Default));
        var dialogue = new MilterDialogue(authenticator, options, Events, FixedTime.Default);
        var reader = new MilterPacketReader(options.MaxPacketBytes);
        var replies = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var finals = new List<(long Start, long End)>();
        var last = DialogueAction.Continue;
        for (var (start, end) = (0, 0); end < stream.Length && last == DialogueAction.Continue;)
        {
            end = Math.Min(stream.Length, end + pieceLength);
            var buffer = new ReadOnlySequence<byte>(stream, start, end - start);
            last = Take(reader, dialogue, ref buffer, replies.Writer, finals);
            start = end - (int)buffer.Length;
        }

        Expect.Completed(dialogue.DisposeAsync());
        FindingException.ThrowIf(authenticator.Begun != authenticator.Ended, $"{authenticator.Begun} clients were begun with, {authenticator.Ended} ended");
        Log.ThrowIfAny();
        Expect.Completed(replies.Writer.FlushAsync());
        var written = replies.Reader.TryRead(out var result) ? result.Buffer.ToArray() : [];
        MilterReplies.Check(written, finals, stream);
        return $"{last} {reader.Error} {dialogue.Violation} {Convert.ToHexString(written)}";
    }

    private static DialogueAction Take(
        MilterPacketReader reader, MilterDialogue dialogue, ref ReadOnlySequence<byte> buffer, PipeWriter output, List<(long Start, long End)> finals)
    {
        while (true)
        {
            switch (reader.Read(ref buffer, out var packet))
            {
                case MilterReadStatus.Incomplete:
                    return DialogueAction.Continue;
                case MilterReadStatus.Malformed:
                    Expect.Reason(reader.Error, "a lost stream");
                    return DialogueAction.Violation;
            }

            switch (dialogue.Receive(packet, output))
            {
                case DialogueAction.EndOfMessage:
                    var start = output.UnflushedBytes;
                    Expect.Completed(new ValueTask(dialogue.CompleteMessageAsync(output, CancellationToken.None)));
                    finals.Add((start, output.UnflushedBytes));
                    break;
                case DialogueAction.Close:
                    return DialogueAction.Close;
                case DialogueAction.Violation:
                    Expect.Reason(dialogue.Violation, "a violation");
                    return DialogueAction.Violation;
            }
        }
    }

    private sealed class Counted(IMessageAuthenticator inner) : IMessageAuthenticator
    {
        public int Begun { get; private set; }

        public int Ended { get; private set; }

        public IMessageAuthentication Begin(System.Net.IPAddress? client, string? helo)
        {
            Begun++;
            return new One(this, inner.Begin(client, helo));
        }

        private sealed class One(Counted owner, IMessageAuthentication inner) : IMessageAuthentication
        {
            public void SetHelo(string helo) => inner.SetHelo(helo);

            public void SetMailFrom(string reversePath, bool isAuthenticated) => inner.SetMailFrom(reversePath, isAuthenticated);

            public void SetSubmission() => inner.SetSubmission();

            public void AddRecipient(string mailbox) => inner.AddRecipient(mailbox);

            public void AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => inner.AddHeaderField(name, value);

            public void EndOfHeaders() => inner.EndOfHeaders();

            public void AppendBody(ReadOnlySpan<byte> bytes) => inner.AppendBody(bytes);

            public ValueTask<MessageAnswer> CompleteAsync(CancellationToken cancellationToken) => inner.CompleteAsync(cancellationToken);

            public void ReportApplied(AppliedAction applied) => inner.ReportApplied(applied);

            public void Reset() => inner.Reset();

            public ValueTask DisposeAsync()
            {
                owner.Ended++;
                return inner.DisposeAsync();
            }
        }
    }

    // The dialogue survives what the authentication throws, and logs it.
    private sealed class ErrorLog : ILogger<MilterEvents>
    {
        private Exception? _error;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            _error ??= exception;
            Expect.Printable(formatter(state, null), "a log line");
        }

        public void ThrowIfAny()
        {
            var error = _error;
            _error = null;
            if (error is not null)
            {
                throw new FindingException("an internal error", error);
            }
        }
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
