using System.Text;
using EmailAuth.Fuzz.Support;
using EmailAuth.Fuzz.Targets;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Protocol.Tests.TestSupport;

namespace EmailAuth.Fuzz;

/// <summary>Connections of MTAs to start from.</summary>
internal static class MilterSeeds
{
    /// <summary>What the messages of these connections ask for.</summary>
    public static byte[] Zone { get; } = [.. SeedVectors.Zone(SeedVectors.Read("dkim").First()), .. Encoding.ASCII.GetBytes(
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
        """)];

    public static IReadOnlyList<Seed> All =>
    [
        Of(0, Packets.Dialogue()),
        Of(1, Packets.Dialogue()),
        Of(1, [Packets.Offer(version: 2, steps: MilterSteps.None), Packets.Connect("2001:db8::1"), Packets.Helo(), .. Packets.Message(), .. Packets.Message("Q2"), Packets.QuitNewConnection, Packets.Connect(), .. Packets.Message()]),
        Of(0, [Packets.Offer(), Packets.Connect(), Packets.Mail(), Packets.Header("Authentication-Results", " mx.example.org; spf=pass"), Packets.Header("From", " a@x.example.com"), Packets.EndOfBody]),
        Of(0, [Packets.Offer(), Packets.Connect("127.0.0.1"), .. Packets.Message(), Packets.Quit]),
        Of(2, [Packets.Offer(), Packets.Connect("198.51.100.1"), Packets.Helo("slow.example"), .. Packets.Message(), Packets.Abort, .. Packets.Message()]),
        Of(10, [Packets.Offer(), Packets.Macro(MilterCommand.Connect, "{client_addr}", "192.0.2.1", "j", "x"), Packets.Connect("x"), Packets.Mail("<>"), Packets.Macro(MilterCommand.Mail, "{auth_authen}", "joe"), Packets.Mail("<a@slow.example>", "SIZE=1"), Packets.Recipient(), Packets.Of(MilterCommand.Data), Packets.Of(MilterCommand.Unknown, "X"), Packets.EndOfHeaders, Packets.EndOfBody]),
        .. SeedVectors.Read("dkim").Concat(SeedVectors.Read("dmarc")).Where((_, i) => i % 4 == 0).Select((vector, i) => Of((byte)(i * 2), Delivery(vector))),
    ];

    private static byte[][] Delivery(TestVector vector)
    {
        var message = PlainMessage.Of(Encoding.Latin1.GetString(vector.Input.Message!.Value.Span));
        var packets = new List<byte[]> { Packets.Offer(), Packets.Connect(), Packets.Helo(), Packets.Mail($"<{vector.Input.MailFrom}>") };
        foreach (var field in message.Fields)
        {
            var colon = Math.Max(0, field.IndexOf(':', StringComparison.Ordinal));
            packets.Add(Packets.Of(MilterCommand.Header, Encoding.Latin1.GetBytes($"{field[..colon]}\0{field[(colon + 1)..^2]}\0")));
        }

        return [.. packets, Packets.EndOfHeaders, Packets.Of(MilterCommand.Body, Encoding.Latin1.GetBytes(message.Body)), Packets.EndOfBody];
    }

    // Packets without their lengths, which the target writes, unless the first choice is odd.
    private static Seed Of(byte choices, byte[][] packets)
    {
        var seed = new List<byte> { choices, (byte)(choices + 3) };
        for (var i = 0; i < packets.Length; i++)
        {
            seed.AddRange(i > 0 && choices % 2 == 0 ? [MilterTarget.PacketSeparator] : []);
            seed.AddRange(choices % 2 == 0 ? packets[i].AsSpan(4) : packets[i]);
        }

        return seed.ToArray();
    }
}
