using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.Text;
using EmailAuth.Milter;
using EmailAuth.Milter.Authentication;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>What an MTA tells the milter, without its socket: bytes in pieces, packets, replies.</summary>
internal static class MilterSeries
{
    private static readonly MilterOptions Options = MilterOptions.For("mx.example.org");

    private static readonly IMessageAuthenticator Authenticator =
        AuthenticatorFactory.Create(Options, new ZoneResolver(Signer.Zone()), TimeProvider.System);

    private static readonly MilterEvents Events = new(
        NullLogger<MilterEvents>.Instance, new MilterMetrics(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>()));

    private static readonly string BodyHash = Signer.BodyHash("body\r\n"u8);

    public static IEnumerable<ScaleSeries> All =>
    [
        Of(
            "milter-fields", "Header packets of a message", "packets", [10, 100, 300, 1_000, 3_000, 9_000],
            count => Message(Each(count, i => ($"X-{i}", "1"))), piece: 4_096),
        Of(
            "milter-forged", "Header packets with fields to remove", "packets", [10, 100, 300, 1_000, 3_000, 9_000],
            count => Message(Each(count, _ => ("Authentication-Results", "mx.example.org; spf=pass"))), piece: 4_096),
        Of(
            "milter-pieces", "Bytes of a header packet that come one by one", "bytes", [100, 1_000, 10_000, 30_000, 60_000],
            count => Message([("X", new string('x', count))]), piece: 1),
        Of(
            "milter-folds", "Folds of a header packet, parted by bare LFs", "folds", [100, 1_000, 3_000, 10_000],
            count => Message([("X", string.Concat(Enumerable.Repeat("a\n ", count)) + "a")]), piece: 4_096),
        Of(
            "milter-macros", "Macros of a packet", "macros", [10, 100, 1_000, 10_000],
            count => [.. Packet('D', "M" + string.Concat(Enumerable.Repeat("{x}\0y\0", count))), .. Message([])], piece: 4_096),
        Of(
            "milter-aborts", "Messages that are given up before their end", "messages", [10, 100, 1_000, 3_000],
            count => [.. Enumerable.Repeat(Abandoned(), count).SelectMany(bytes => bytes), .. Message([])], piece: 4_096),
    ];

    private static ScaleSeries Of(string name, string title, string unit, int[] sizes, Func<int, byte[]> message, int piece) => new()
    {
        Name = name,
        Title = title,
        Unit = unit,
        Sizes = sizes,
        Observed = "bytes replied",
        Prepare = count =>
        {
            byte[] stream = [.. Opening(), .. message(count)];
            return cancellationToken => ConverseAsync(stream, piece, cancellationToken);
        },
    };

    private static async ValueTask<long> ConverseAsync(byte[] stream, int piece, CancellationToken cancellationToken)
    {
        await using var handler = new AuthenticatingHandler(Authenticator, Options, Events, TimeProvider.System);
        using var mta = new PieceStream(stream, piece);
        var result = await MilterConnection.RunAsync(
            mta, handler, AuthenticatingHandler.ConnectionOptions(Options, TimeProvider.System), cancellationToken: cancellationToken);
        return result.End == MilterConnectionEnd.Closed ? mta.Replied : throw new InvalidOperationException(result.ToString());
    }

    // What the MTA sends, in pieces, and how much it was answered.
    private sealed class PieceStream(byte[] sent, int piece) : MemoryStream(sent)
    {
        public long Replied { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span[..Math.Min(buffer.Length, piece)]));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Replied += buffer.Length;
            return default;
        }
    }

    // What every dialogue begins with: the offer of Postfix, the client, its name.
    private static byte[] Opening() =>
    [
        .. Packet('O', [0, 0, 0, 6, 0, 0, 1, 0xff, 0, 0x1f, 0xff, 0xff]),
        .. Packet('C', [.. "out.example.com\0"u8, (byte)'4', 0, 25, .. "198.51.100.7\0"u8]),
        .. Packet('H', "out.example.com\0"),
    ];

    private static byte[] Abandoned() => [.. Packet('M', "<a@example.com>\0"), .. Packet('L', "X\0 1\0"), .. Packet('A', [])];

    private static byte[] Message(IEnumerable<(string Name, string Value)> pile)
    {
        var signature = Signer.Sign(Signer.Ordinary, Signer.OrdinaryNames, BodyHash);
        var fields = pile.Append(("DKIM-Signature", signature["DKIM-Signature: ".Length..^2])).Concat(Signer.Ordinary);
        return
        [
            .. Packet('M', "<bounce@example.com>\0"),
            .. fields.SelectMany(field => Packet('L', $"{field.Item1}\0 {field.Item2}\0")),
            .. Packet('N', []),
            .. Packet('B', "body\r\n"),
            .. Packet('E', []),
        ];
    }

    private static IEnumerable<(string Name, string Value)> Each(int count, Func<int, (string, string)> field) => Enumerable.Range(0, count).Select(field);

    private static byte[] Packet(char command, string payload) => Packet(command, Encoding.ASCII.GetBytes(payload));

    private static byte[] Packet(char command, byte[] payload)
    {
        var packet = new byte[5 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(packet, payload.Length + 1);
        packet[4] = (byte)command;
        payload.CopyTo(packet, 5);
        return packet;
    }
}
