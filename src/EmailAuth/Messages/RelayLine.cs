using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Messages;

/// <summary>A Received field as evidence: what it says if a relay that is trusted wrote it. Immutable.</summary>
/// <remarks>
/// A server writes its field above all that it received, so position alone says who wrote a field; the names in it do not, because a sender can
/// write any name. Where a server writes several fields for one hop, those above the one that names the client are known by their form.
/// </remarks>
internal sealed class RelayLine
{
    /// <summary>How many fields are read: Exchange Online writes about five, and each further relay at least one.</summary>
    public const int MaxLines = 16;

    // 6to4 (RFC 3056) forms of 10.0.0.0/8, by which Google's hosts name each other.
    private static readonly IPNetwork GoogleHosts = IPNetwork.Parse("2002:a00::/24");

    private RelayLine()
    {
    }

    /// <summary>Whether the field is about a step inside the relay, and the relay wrote the field below as well.</summary>
    public bool IsInternal { get; private init; }

    /// <summary>The client that the relay received the message from; null when the field does not name one.</summary>
    public IPAddress? Client { get; private init; }

    /// <summary>The client's HELO name, or null.</summary>
    public string? Helo { get; private init; }

    /// <summary>What the relay calls itself, or null.</summary>
    public string? ByHost { get; private init; }

    /// <summary>Why the field does not name a client, to follow "the Received field"; null when it does.</summary>
    public string? Problem { get; private init; }

    /// <summary>The topmost fields of a header.</summary>
    public static ImmutableArray<RelayLine> ReadTop(HeaderBlock header)
    {
        var lines = ImmutableArray.CreateBuilder<RelayLine>();
        for (var index = 0; index < header.Count && lines.Count < MaxLines; index++)
        {
            if (header[index].IsNamed("Received"u8))
            {
                lines.Add(Read(header[index].Value));
            }
        }

        return lines.ToImmutable();
    }

    /// <summary>Reads a field.</summary>
    /// <param name="value">What follows the colon.</param>
    public static RelayLine Read(ReadOnlySpan<byte> value)
    {
        // RFC 5322 section 2.2: programs differ in what they make of a bare CR or LF, and no relay writes one.
        if (HasBareLineEnd(value))
        {
            return new RelayLine { Problem = "has a bare CR or LF" };
        }

        var field = ReceivedField.Parse(value);
        if (field.IsAmbiguous)
        {
            return new RelayLine { Problem = "names more than one client" };
        }

        if (field.IsInsideExchangeOnline || IsOfQmailQueue(field) || IsInsideGoogle(field))
        {
            return new RelayLine { IsInternal = true };
        }

        // Exim writes "from [192.0.2.1]" alone where the HELO name is that address; for other servers such a value is only what the client said.
        // A HELO name with an open parenthesis or quote could take in the rest of the field, "by" included.
        var client = field.RecordedAddress ?? (field.IsByExim ? field.ClientAddress : null);
        return field.ByHost is null ? new RelayLine { Problem = "does not say which host wrote it" }
            : client is null ? new RelayLine { Problem = "does not name the client's address", ByHost = field.ByHost }
            : new RelayLine { Client = WithoutZone(client), Helo = field.FromHost, ByHost = field.ByHost };
    }

    // qmail-queue writes "(qmail 123 invoked from network)" above the field of qmail-smtpd. Other words after "invoked" are of a local user.
    private static bool IsOfQmailQueue(ReceivedField field) =>
        field is { FromHost: null, ByHost: null, With: null, Comments: [var comment] }
        && comment.Split(' ') is ["qmail", { Length: > 0 } process, "invoked", "from", "network"] && process.All(char.IsAsciiDigit);

    // "by mail-wr1-f45.google.com with SMTP id 1" and "by 2002:a05:6a00:1::1 with SMTP id 1", above the field of mx.google.com.
    private static bool IsInsideGoogle(ReceivedField field) =>
        field is { FromHost: null, ClientAddress: null, With: "SMTP", ByHost: { } host }
        && (host.EndsWith(".google.com", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && GoogleHosts.Contains(address)));

    private static bool HasBareLineEnd(ReadOnlySpan<byte> value)
    {
        while (value.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var at)
        {
            if (value[at..] is not [(byte)'\r', (byte)'\n', (byte)' ' or (byte)'\t', ..])
            {
                return true;
            }

            value = value[(at + 3)..];
        }

        return false;
    }

    private static IPAddress WithoutZone(IPAddress address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes()) : address;
}
