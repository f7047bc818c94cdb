using System.Buffers.Binary;
using System.Text;

namespace EmailAuth.Milter.Protocol.Tests.TestSupport;

/// <summary>Packets as an MTA writes them.</summary>
internal static class Packets
{
    public const MilterActions AllActions = (MilterActions)0x1ff;

    public const MilterSteps AllSteps = (MilterSteps)0x1f_ffff;

    public static byte[] Of(MilterCommand command, ReadOnlySpan<byte> payload = default) => Of((byte)command, payload);

    public static byte[] Of(byte command, ReadOnlySpan<byte> payload)
    {
        var packet = new byte[payload.Length + 5];
        BinaryPrimitives.WriteInt32BigEndian(packet, payload.Length + 1);
        packet[4] = command;
        payload.CopyTo(packet.AsSpan(5));
        return packet;
    }

    public static byte[] Of(MilterCommand command, params string[] strings) =>
        Of(command, Encoding.UTF8.GetBytes(string.Concat(strings.Select(s => s + '\0'))));

    public static byte[] Offer(uint version = 6, MilterActions actions = AllActions, MilterSteps steps = AllSteps)
    {
        var payload = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(payload, version);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(4), (uint)actions);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(8), (uint)steps);
        return Of(MilterCommand.OptionNegotiation, payload);
    }

    public static byte[] Macro(MilterCommand stage, params string[] namesAndValues) =>
        Of(MilterCommand.Macro, [(byte)stage, .. Encoding.UTF8.GetBytes(string.Concat(namesAndValues.Select(s => s + '\0')))]);

    public static byte[] Connect(string address = "192.0.2.1", string hostName = "mail.example.com") => Of(
        MilterCommand.Connect,
        [
            .. Encoding.ASCII.GetBytes(hostName), 0, (byte)(address.Contains(':', StringComparison.Ordinal) ? '6' : '4'), 0x30, 0x39,
            .. Encoding.ASCII.GetBytes(address), 0,
        ]);

    public static byte[] Helo(string name = "mail.example.com") => Of(MilterCommand.Helo, name);

    public static byte[] Mail(string reversePath = "<alice@example.com>", params string[] arguments) =>
        Of(MilterCommand.Mail, [reversePath, .. arguments]);

    public static byte[] Recipient(string path = "<bob@example.org>") => Of(MilterCommand.Recipient, path);

    public static byte[] Header(string name, string value) => Of(MilterCommand.Header, name, value);

    public static byte[] EndOfHeaders { get; } = Of(MilterCommand.EndOfHeaders);

    public static byte[] Body(string text) => Of(MilterCommand.Body, Encoding.UTF8.GetBytes(text));

    public static byte[] EndOfBody { get; } = Of(MilterCommand.EndOfBody);

    public static byte[] Abort { get; } = Of(MilterCommand.Abort);

    public static byte[] Quit { get; } = Of(MilterCommand.Quit);

    public static byte[] QuitNewConnection { get; } = Of(MilterCommand.QuitNewConnection);

    /// <summary>A whole message, from MAIL to the end of its body.</summary>
    public static byte[][] Message(string queueId = "Q1") =>
    [
        Macro(MilterCommand.Mail, "i", queueId), Mail(), Header("From", " alice@example.com"),
        Header("Subject", " Hi"), EndOfHeaders, Body("Hello\r\n"), Macro(MilterCommand.EndOfBody, "i", queueId), EndOfBody,
    ];

    /// <summary>A whole connection with one message.</summary>
    public static byte[][] Dialogue() => [Offer(), Connect(), Helo(), .. Message(), Quit];
}
