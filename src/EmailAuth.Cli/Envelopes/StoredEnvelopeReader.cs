using EmailAuth.Messages;

namespace EmailAuth.Cli.Envelopes;

/// <summary>
/// Takes the envelope of a stored message from its trace fields. The border is the first host of the receiving site: the client that it names is
/// the one that SPF is about.
/// </summary>
/// <remarks>
/// A sender can write every trace field below those of the receiving site, and where that site wrote none, all of them. What is found is therefore
/// marked as reconstructed, unless the user says which Received field to trust. Then the client and the time are from this field alone, and the
/// reverse-path is from a field above it: the sender's mail provider may allow any field in the message, but only one reverse-path.
/// </remarks>
internal static class StoredEnvelopeReader
{
    /// <summary>Reads an envelope.</summary>
    /// <param name="given">What the user says.</param>
    /// <param name="message">The message.</param>
    /// <param name="mailboxLine">The line that starts the message in its mbox file; null without one.</param>
    public static StoredEnvelope Read(EnvelopeChoice given, ReadOnlyMemory<byte> message, string? mailboxLine)
    {
        if (given.ClientAddress is { } address)
        {
            return new StoredEnvelope
            {
                Envelope = new SmtpEnvelope(address, given.Helo, given.MailFrom),
                Time = given.Now,
                ClientSource = EnvelopeSource.Option,
                HeloSource = given.Helo is null ? EnvelopeSource.None : EnvelopeSource.Option,
                MailFromSource = given.MailFrom is null ? EnvelopeSource.None : EnvelopeSource.Option,
                TimeSource = given.Now is null ? EnvelopeSource.None : EnvelopeSource.Option,
            };
        }

        var trace = TraceFields.Of(message);
        var border = given.Border is { } choice ? Border.Chosen(trace, choice) : Border.Guessed(trace);
        return Compose(given, trace, border, mailboxLine is null ? null : MailboxLine.Parse(mailboxLine));
    }

    private static StoredEnvelope Compose(EnvelopeChoice given, TraceFields trace, Border border, MailboxLine? mailbox)
    {
        var (helo, heloSource) = First(
            (given.Helo, EnvelopeSource.Option),
            (border.Field?.FromHost, EnvelopeSource.Received),
            (border.Spf?.Helo, EnvelopeSource.ReceivedSpf));
        var (mailFrom, mailFromSource) = First(
            (given.MailFrom, EnvelopeSource.Option),
            (ReturnPathAbove(trace, border), EnvelopeSource.ReturnPath),
            (mailbox?.MailFrom, EnvelopeSource.Mailbox),
            (border.Spf?.MailFrom, EnvelopeSource.ReceivedSpf),
            (border.Field?.EnvelopeFrom is { } path ? ReversePath.Parse(path).Value?.Address : null, EnvelopeSource.Received));
        var isFirm = border.IsChosen && mailFrom is not null;
        if (mailFrom is null && trace.ReturnPaths.Count > 0)
        {
            // Exchange writes Return-Path below the other fields.
            (mailFrom, mailFromSource) = (trace.ReturnPaths[0].Path, EnvelopeSource.ReturnPath);
        }

        // Without a Received field of the border the message was delivered when the last host received it.
        var dated = border.Field ?? trace.Received.Select(static line => line.Field).FirstOrDefault(static field => field.Date is not null);
        var (time, timeSource) = FirstTime((given.Now, EnvelopeSource.Option), (dated?.Date, EnvelopeSource.Received), (mailbox?.Time, EnvelopeSource.Mailbox));
        return new StoredEnvelope
        {
            Envelope = new SmtpEnvelope(border.Client, helo, mailFrom) { IsReconstructed = !isFirm },
            Time = time,
            Line = border.Line,
            LineHost = border.Field?.ByHost,
            ClientSource = border.Client is null ? EnvelopeSource.None : border.Source,
            HeloSource = heloSource,
            MailFromSource = mailFromSource,
            TimeSource = timeSource,
            TimeLine = timeSource == EnvelopeSource.Received ? NumberOf(trace, dated) : null,
            Problem = border.Problem ?? (border.IsChosen && !isFirm ? "no field above gives the reverse-path, which --mail-from can" : null),
        };
    }

    // RFC 5321 section 4.4: the host that delivers the message puts Return-Path on its top. One below the border's line came with the message.
    private static string? ReturnPathAbove(TraceFields trace, Border border) =>
        trace.ReturnPaths.Where(field => border.Place is null || field.Place < border.Place).Select(static field => field.Path).FirstOrDefault();

    private static int? NumberOf(TraceFields trace, ReceivedField? field)
    {
        for (var index = 0; index < trace.Received.Count; index++)
        {
            if (ReferenceEquals(trace.Received[index].Field, field))
            {
                return index + 1;
            }
        }

        return null;
    }

    private static (string? Text, EnvelopeSource Source) First(params ReadOnlySpan<(string? Text, EnvelopeSource Source)> parts)
    {
        foreach (var part in parts)
        {
            if (part.Text is not null)
            {
                return part;
            }
        }

        return (null, EnvelopeSource.None);
    }

    private static (DateTimeOffset? Time, EnvelopeSource Source) FirstTime(params ReadOnlySpan<(DateTimeOffset? Time, EnvelopeSource Source)> parts)
    {
        foreach (var part in parts)
        {
            if (part.Time is not null)
            {
                return part;
            }
        }

        return (null, EnvelopeSource.None);
    }
}
