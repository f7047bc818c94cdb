using System.Globalization;

namespace EmailAuth.Milter.Protocol;

/// <summary>What an MTA sends: the first byte of a packet after its length.</summary>
internal enum MilterCommand : byte
{
    /// <summary>The message is abandoned; no reply.</summary>
    Abort = (byte)'A',

    /// <summary>A piece of the body.</summary>
    Body = (byte)'B',

    /// <summary>A client connected.</summary>
    Connect = (byte)'C',

    /// <summary>Macro values for the command that follows; no reply.</summary>
    Macro = (byte)'D',

    /// <summary>The end of the message, perhaps with a last piece of the body.</summary>
    EndOfBody = (byte)'E',

    /// <summary>HELO or EHLO.</summary>
    Helo = (byte)'H',

    /// <summary>The client left and another comes on the same connection; no reply.</summary>
    QuitNewConnection = (byte)'K',

    /// <summary>A header field.</summary>
    Header = (byte)'L',

    /// <summary>MAIL FROM.</summary>
    Mail = (byte)'M',

    /// <summary>The end of the header.</summary>
    EndOfHeaders = (byte)'N',

    /// <summary>Option negotiation: the first packet of a connection, and its reply.</summary>
    OptionNegotiation = (byte)'O',

    /// <summary>The end of the connection; no reply.</summary>
    Quit = (byte)'Q',

    /// <summary>RCPT TO.</summary>
    Recipient = (byte)'R',

    /// <summary>DATA.</summary>
    Data = (byte)'T',

    /// <summary>An SMTP command that the MTA does not know.</summary>
    Unknown = (byte)'U',
}

/// <summary>The words for commands.</summary>
internal static class MilterCommandText
{
    /// <summary>Its name, or the byte of a command that is not known.</summary>
    public static string Name(this MilterCommand command) => Enum.IsDefined(command)
        ? command.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"0x{(byte)command:x2}");
}
