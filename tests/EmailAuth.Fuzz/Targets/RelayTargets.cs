using System.Globalization;
using System.Net;
using System.Text;
using EmailAuth.Fuzz.Support;
using EmailAuth.Messages;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What the site's relays record of clients, where the clients choose the text.</summary>
internal static class RelayTargets
{
    private const string Client = "198.51.100.66";

    // As servers write them: 0 is what the client said in HELO.
    private static readonly CompositeFormat[] Forms =
    [
        .. new[]
        {
            " from {0} (unknown [198.51.100.66])\r\n\tby mx2.example.org (Postfix) with ESMTPS id 4X1\r\n\tfor <joe@example.org>; Thu, 26 Nov 2026 11:00:00 +0100 (CET)",
            " from [198.51.100.66] (helo={0})\r\n\tby mx2.example.org with esmtps (TLS1.3) tls X\r\n\t(Exim 4.96)\r\n\t(envelope-from <a@example.com>)\r\n\tid 1; Thu, 26 Nov 2026 10:00:00 +0000",
            " from [198.51.100.66] (port=55102 helo={0} ident={0})\r\n\tby mx2.example.org with smtp (Exim 4.96) id 1; Thu, 26 Nov 2026 10:00:00 +0000",
            " from out.example.com ([198.51.100.66]:55102 helo={0})\r\n\tby mx2.example.org with esmtp (Exim 4.96) id 1; Thu, 26 Nov 2026 10:00:00 +0000",
            " from {0} (out.example.com [198.51.100.66] (may be forged))\r\n\tby mx2.example.org (8.17.1/8.17.1) with ESMTP id X; Thu, 26 Nov 2026 10:00:00 GMT",
            " from unknown (HELO {0}) (198.51.100.66)\r\n  by mx2.example.org with SMTP; 26 Nov 2026 10:00:00 -0000",
            " from {0} (198.51.100.66) by mx2.example.org\r\n (10.0.0.1) with Microsoft SMTP Server id 15.20.1.1; Thu, 26 Nov 2026 10:00:00 +0000",
        }.Select(CompositeFormat.Parse),
    ];

    private static readonly AuthenticationPipeline Pipeline = new(
        new ZoneResolver(new Zone()),
        new AuthenticationOptions
        {
            AuthservId = "mx.example.org",
            TimeProvider = FixedTime.Default,
            Methods = AuthenticationMethods.Spf,
            Relays = [Relay.Parse("192.0.2.0/28")!, Relay.Parse("2001:db8::/64")!],
        });

    private static readonly SmtpEnvelope Envelope = new(IPAddress.Parse("192.0.2.1"), "mx2.example.org", "a@example.com");

    /// <summary>The input: a byte of who writes, and the HELO name. The client is the one that the server saw, or is not known.</summary>
    public static void Helo(ReadOnlySpan<byte> input)
    {
        // No server takes a line end, or a NUL, for a part of a name.
        if (input.Length < 1 || input[1..].ContainsAny("\r\n\0"u8))
        {
            return;
        }

        var value = string.Format(CultureInfo.InvariantCulture, Forms[input[0] % Forms.Length], Encoding.Latin1.GetString(input[1..]));
        var line = RelayLine.Read(Encoding.Latin1.GetBytes(value));
        FindingException.ThrowIf(line.Client is not null && line.Client.ToString() != Client, $"the client calls itself {line.Client}: {value}");
        FindingException.ThrowIf(line.IsInternal, $"a client's field is passed over: {value}");
        FindingException.ThrowIf(line.Client is null != line.Problem is not null, "no client and no problem, or both");
        FindingException.ThrowIf(line.ByHost is not (null or "mx2.example.org") && line.Client is not null, $"a relay of another name: {line.ByHost}: {value}");
    }

    /// <summary>
    /// The input: the header as a relay passed it on. It is read as a field of its own is; and what is below the field that names the client changes nothing.
    /// </summary>
    public static void Trace(ReadOnlySpan<byte> input)
    {
        var header = Encoding.Latin1.GetString(input);
        if (!PlainMessage.IsSpecified(header) || header.Contains("\r\n\r\n", StringComparison.Ordinal) || header.StartsWith("\r\n", StringComparison.Ordinal))
        {
            return;
        }

        var fields = PlainMessage.Of(header).Fields;
        var found = Find(fields);
        if (found is not { Address: { } client })
        {
            Expect.Reason(found?.Problem, "no client");
            Expect.Printable(found?.Problem, "why there is no client");
            return;
        }

        FindingException.ThrowIf(IPAddress.IsLoopback(client) || found.Problem is not null, $"{client} is no client");
        var lines = fields.Where(field => PlainMessage.NameOf(field) == "received").Select(field => RelayLine.Read(Encoding.Latin1.GetBytes(field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..^2]))).ToArray();
        var last = Array.FindIndex(lines, line => client.Equals(line.Client));
        FindingException.ThrowIf(last < 0, $"{client} is in no field");
        var (kept, number) = (new List<string>(), 0);
        foreach (var field in fields)
        {
            kept.Add(field);
            if (PlainMessage.NameOf(field) == "received" && number++ == last)
            {
                break;
            }
        }

        Expect.Equal($"{found} {found.Helo}", Find([.. kept, "Received: from x (x [203.0.113.9]) by 192.0.2.2; Thu, 26 Nov 2026 10:00:00 GMT\r\n"]) is { } again ? $"{again} {again.Helo}" : "none", "with other fields below");
    }

    private static RelayedClient? Find(IEnumerable<string> fields) =>
        Expect.Completed(Pipeline.AuthenticateAsync(Envelope, Encoding.Latin1.GetBytes(string.Concat(fields) + "From: a@example.com\r\n\r\n"))).Relay;
}
