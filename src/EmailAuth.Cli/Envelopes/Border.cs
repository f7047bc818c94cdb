using System.Net;
using EmailAuth.Messages;

namespace EmailAuth.Cli.Envelopes;

/// <summary>The trace field that names the client of the receiving site.</summary>
internal sealed record Border
{
    /// <summary>The client; null when no field names it.</summary>
    public IPAddress? Client { get; private init; }

    /// <summary>The Received field; null when no Received field names the client.</summary>
    public ReceivedField? Field { get; private init; }

    /// <summary>The number of the Received field, from 1 at the top.</summary>
    public int? Line { get; private init; }

    /// <summary>The Received-SPF field about the same client; null without one beside it.</summary>
    public ReceivedSpf? Spf { get; private init; }

    /// <summary>The place in the header of the Received field, or of the Received-SPF field without one; null without either.</summary>
    public int? Place { get; private init; }

    /// <summary>Which field names the client.</summary>
    public EnvelopeSource Source { get; private init; }

    /// <summary>Whether the user chose it, and it names the client.</summary>
    public bool IsChosen { get; private init; }

    /// <summary>Why there is no client.</summary>
    public string? Problem { get; private init; }

    /// <summary>The topmost field that names a client from outside.</summary>
    public static Border Guessed(TraceFields trace)
    {
        // Below a field that cannot be read for certain may be one of the sender's.
        var line = 0;
        while (line < trace.Received.Count && !trace.Received[line].Field.IsAmbiguous && !IsFromOutside(trace.Received[line].Field))
        {
            line++;
        }

        var below = line < trace.Received.Count ? trace.Received[line].Place : int.MaxValue;
        var spf = trace.Spf.FirstOrDefault(field => field.Place < below && field.Field.ClientAddress is { } client && ClientNetworks.IsPublic(client));
        if (spf.Field is not null)
        {
            // It is above the field of the hop that it is about, where the server wrote one that names the same client.
            var isSame = line < trace.Received.Count && spf.Field.ClientAddress!.Equals(trace.Received[line].Field.ClientAddress);
            return new Border
            {
                Client = spf.Field.ClientAddress,
                Field = isSame ? trace.Received[line].Field : null,
                Line = isSame ? line + 1 : null,
                Spf = spf.Field,
                Place = isSame ? trace.Received[line].Place : spf.Place,
                Source = isSame ? EnvelopeSource.Received : EnvelopeSource.ReceivedSpf,
            };
        }

        return line < trace.Received.Count && !trace.Received[line].Field.IsAmbiguous ? At(trace, line, int.MaxValue) : new Border
        {
            Problem = line < trace.Received.Count ? $"Received {line + 1} names more than one client"
                : trace.Received.Count == 0 ? "the message has no Received field" : "no Received field names a client with a public address",
        };
    }

    /// <summary>The field that the user chose. It counts only if it can be what the user means; no other field takes its place.</summary>
    public static Border Chosen(TraceFields trace, BorderChoice choice)
    {
        var line = choice.Number is { } number ? number - 1 : IndexOf(trace, choice.Host!);
        if (line < 0 || line >= trace.Received.Count)
        {
            return new Border { Problem = choice.Host is { } host ? $"no Received field is by {host}" : $"the message has {Count(trace.Received.Count)}" };
        }

        // What the host wrote is above its Received field; below are the fields of the sender.
        var found = At(trace, line, trace.Received[line].Place);
        if (found.Client is not { } client)
        {
            return new Border { Problem = $"Received {line + 1} does not name one client address" };
        }

        // Below a field of a program on the same host the sender may have written one that names the host.
        return choice.Host is not null && !ClientNetworks.IsPublic(client)
            ? new Border { Problem = $"Received {line + 1}, the topmost by {choice.Host}, names the internal client {client}: give the number of another line" }
            : found with { IsChosen = true };
    }

    private static Border At(TraceFields trace, int line, int spfAbove)
    {
        // Gmail writes Received-SPF below its Received field.
        var (place, field) = trace.Received[line];
        var next = line + 1 < trace.Received.Count ? trace.Received[line + 1].Place : int.MaxValue;
        var spf = trace.Spf.FirstOrDefault(other => other.Place < Math.Min(next, spfAbove) && field.ClientAddress is { } client && client.Equals(other.Field.ClientAddress));
        return new Border
        {
            Client = field.ClientAddress,
            Field = field,
            Line = line + 1,
            Spf = spf.Field,
            Place = place,
            Source = EnvelopeSource.Received,
        };
    }

    private static int IndexOf(TraceFields trace, string host)
    {
        for (var index = 0; index < trace.Received.Count; index++)
        {
            if (host.Equals(trace.Received[index].Field.ByHost, StringComparison.OrdinalIgnoreCase))
            {
                return index;
            }
        }

        return -1;
    }

    // A hop over SMTP from a client that did not authenticate. Between the hosts of a site LMTP is spoken (RFC 2033 section 5), from a
    // mailbox at another site POP3 and IMAP, and a client of HTTP or with SMTP AUTH is a user.
    private static bool IsFromOutside(ReceivedField field) =>
        field.ClientAddress is { } client && ClientNetworks.IsPublic(client)
        && !IsOtherProtocol(field.With) && !field.IsInsideExchangeOnline
        && !field.Comments.Any(static comment => comment.StartsWith("Authenticated sender:", StringComparison.OrdinalIgnoreCase));

    private static bool IsOtherProtocol(string? protocol)
    {
        string[] others = ["LMTP", "POP", "IMAP", "HTTP", "MAPI"];

        // RFC 3848: the A is for AUTH. RFC 6531 section 4.3: UTF8SMTPA and UTF8SMTPSA.
        string[] authenticated = ["ESMTPA", "ESMTPSA", "UTF8SMTPA", "UTF8SMTPSA"];
        var first = protocol?.Split(' ')[0] ?? string.Empty;
        return others.Any(name => first.StartsWith(name, StringComparison.OrdinalIgnoreCase)) || authenticated.Contains(first, StringComparer.OrdinalIgnoreCase);
    }

    private static string Count(int count) => count switch
    {
        0 => "no Received field",
        1 => "one Received field only",
        _ => $"{count} Received fields only",
    };
}
