using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Text;

namespace EmailAuth.Messages;

/// <summary>
/// What a Received field (RFC 5321 section 4.4) says about one hop of a message, in the forms that mail servers write. Immutable.
/// </summary>
/// <remarks>
/// Servers do not follow one grammar, so this is a reading for people and tools. It is not evidence: the sender of a message can write every
/// Received field below those of the servers that the reader trusts. A HELO name with spaces can add a second client address, a second
/// <c>from</c> or a second <c>by</c>; a field with one of them gives no client address. A text that cannot be read gives a field whose members
/// are null; there is no exception.
/// </remarks>
[DebuggerDisplay("{FromHost} {ClientAddress} {ByHost}")]
public sealed class ReceivedField
{
    /// <summary>The longest value that is read, in bytes. Servers write a few hundred; a longer value gives an empty field.</summary>
    internal const int MaxLength = 16 * 1024;

    internal ReceivedField()
    {
    }

    /// <summary>The name that the client gave in HELO or EHLO, which may be an address literal; null when the field does not say it.</summary>
    public string? FromHost { get; internal init; }

    /// <summary>The name that the server found for the client's address; null when it found none ("unknown") or does not say it.</summary>
    public string? ReverseName { get; internal init; }

    /// <summary>The address of the client, IPv4-mapped ones as IPv4; null when the field names none, or more than one.</summary>
    public IPAddress? ClientAddress { get; internal init; }

    /// <summary>The same where the server wrote it itself: not an address that the client may have given as its name.</summary>
    internal IPAddress? RecordedAddress { get; init; }

    /// <summary>Whether Exim says behind "by" that it wrote the field.</summary>
    internal bool IsByExim { get; init; }

    /// <summary>
    /// Whether the hop is between two hosts of Exchange Online: both names and the client's address are Microsoft's. A client from outside that
    /// only calls itself so is received by a host with another name (<c>mail.protection.outlook.com</c>).
    /// </summary>
    public bool IsInsideExchangeOnline =>
        ExchangeOnlineHosts.HasInternalName(FromHost) && ExchangeOnlineHosts.HasInternalName(ByHost)
        && ClientAddress is { } client && ExchangeOnlineHosts.HasAddress(client);

    /// <summary>
    /// Whether the field names more than one client, has a second <c>from</c> or <c>by</c>, one within a comment or quotes, another clause between the two, or a comment without an
    /// end. There is no address then: a client can bring this about with a HELO name that the server copies, to hide which address is its own.
    /// </summary>
    public bool IsAmbiguous { get; internal init; }

    /// <summary>The server that wrote the field, as it names itself; null when it does not.</summary>
    public string? ByHost { get; internal init; }

    /// <summary>The protocol, such as <c>ESMTPS</c> (RFC 3848) or <c>Microsoft SMTP Server</c>; null when the field does not say it.</summary>
    public string? With { get; internal init; }

    /// <summary>The server's id of the message, without angle brackets; null when the field does not say it.</summary>
    public string? Id { get; internal init; }

    /// <summary>The recipient, without angle brackets; null when the field does not say it.</summary>
    public string? For { get; internal init; }

    /// <summary>The reverse-path that some servers record, without angle brackets; empty for the null one, null when the field does not say it.</summary>
    public string? EnvelopeFrom { get; internal init; }

    /// <summary>When the server received the message; null when the field has no date that can be read.</summary>
    public DateTimeOffset? Date { get; internal init; }

    /// <summary>The comments, without their parentheses, in order, at most 32.</summary>
    public ImmutableArray<string> Comments { get; internal init; } = [];

    /// <summary>Reads a field. The time is linear in its length.</summary>
    /// <param name="value">What follows the colon, folded or not.</param>
    public static ReceivedField Parse(ReadOnlySpan<byte> value) =>
        value.Length > MaxLength ? new ReceivedField() : ReceivedReader.Read(Encoding.UTF8.GetString(value));
}
