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
using EmailAuth.Policy;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// An MTA's connection. The input: a byte of choices, one for how the bytes are cut, and the packets; as they stand, or parted by 0xFE
/// bytes with the lengths written here, so that a change within a packet breaks no other.
/// </summary>
internal static class MilterTarget
{
    public const byte PacketSeparator = 0xFE;

    private static readonly ErrorLog<MilterEvents> Log = new();

    private static readonly MilterEvents Events = new(Log, new MilterMetrics(new Meters()));

    /// <summary>What the messages of these connections ask for.</summary>
    public static ZoneResolver Zone { get; } = new(ZoneLines.Read([.. ZoneLines.Write(TestVector.Parse(File.ReadLines(TestData.PathOf("vectors", "dkim.jsonl")).First()).Value!.Zone!), ..
        """

        example.com TXT v=spf1 ip4:192.0.2.0/24 -all
        example.com A 192.0.2.1
        _dmarc.example.com TXT v=DMARC1; p=reject; sp=quarantine
        default._bimi.example.com TXT v=BIMI1; l=https://example.com/l.svg
        mail.example.com A 192.0.2.1
        mail.example.com TXT v=spf1 a -all
        1.2.0.192.in-addr.arpa PTR mail.example.com
        x._domainkey.example.com TXT v=DKIM1; p=
        slow.example TIMEOUT
        """u8]));

    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2)
        {
            return;
        }

        var milter = MilterOptions.For("mx.example.org");
        var policy = new LocalPolicy
        {
            OnReject = (input[0] & 2) == 0 ? DispositionAction.Accept : DispositionAction.Reject,
            OnQuarantine = (input[0] & 2) == 0 ? DispositionAction.Accept : DispositionAction.Quarantine,
            OnTemporaryError = (input[0] & 4) == 0 ? DispositionAction.Accept : DispositionAction.TempFail,
        };
        var options = milter with
        {
            Authentication = milter.Authentication with { LocalPolicy = policy },
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

    // Serves the stream as a connection does, until it ends or is closed; the replies and how it ended.
    private static string Converse(MilterOptions options, byte[] stream, int pieceLength)
    {
        using var mta = new PieceStream(stream, pieceLength);
        var replies = PipeWriter.Create(mta);
        var answers = new List<long>();
        var authenticator = new Counted(AuthenticatorFactory.Create(options, Zone, FixedTime.Default), () => answers.Add(mta.Replies.WrittenCount + replies.UnflushedBytes));
        var handler = new AuthenticatingHandler(authenticator, options, Events, FixedTime.Default, new HeaderMemory(64 * 1024));
        var run = MilterConnection.RunAsync(PipeReader.Create(mta), replies, handler, AuthenticatingHandler.ConnectionOptions(options, FixedTime.Default));
        var result = Expect.Completed(new ValueTask<MilterConnectionResult>(run));
        Expect.Completed(handler.DisposeAsync());
        FindingException.ThrowIf(authenticator.Begun != authenticator.Ended, $"{authenticator.Begun} clients were begun with, {authenticator.Ended} ended");
        Log.ThrowIfAny();
        Expect.Reason(result.Reason, "how a connection ended");
        var written = mta.Replies.WrittenSpan;
        MilterReplies.Check(written, answers, stream);
        return $"{result} {Convert.ToHexString(written)}";
    }

    // What an MTA sends, in pieces, and what it was answered.
    private sealed class PieceStream(byte[] sent, int pieceLength) : MemoryStream(sent)
    {
        public ArrayBufferWriter<byte> Replies { get; } = new();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span[..Math.Min(buffer.Length, pieceLength)]));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Replies.Write(buffer.Span);
            return default;
        }
    }

    private sealed class Counted(IMessageAuthenticator inner, Action onComplete) : IMessageAuthenticator
    {
        public int Begun { get; private set; }

        public int Ended { get; private set; }

        private void Completes() => onComplete();

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

            public void Sign() => inner.Sign();

            public void AddRecipient(string mailbox) => inner.AddRecipient(mailbox);

            public void AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => inner.AddHeaderField(name, value);

            public void EndOfHeaders() => inner.EndOfHeaders();

            public void AppendBody(ReadOnlySpan<byte> bytes) => inner.AppendBody(bytes);

            public ValueTask<MessageAnswer> CompleteAsync(CancellationToken cancellationToken)
            {
                owner.Completes();
                return inner.CompleteAsync(cancellationToken);
            }

            public void ReportApplied(AppliedAction applied) => inner.ReportApplied(applied);

            public void Reset() => inner.Reset();

            public ValueTask DisposeAsync()
            {
                owner.Ended++;
                return inner.DisposeAsync();
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
