using System.Globalization;
using System.Text.Json;

namespace EmailAuth.Cli.Envelopes;

/// <summary>The envelope of a stored message, and where each part of it is from.</summary>
internal sealed record StoredEnvelope
{
    /// <summary>The envelope. It is marked as reconstructed unless the user made it firm.</summary>
    public required SmtpEnvelope Envelope { get; init; }

    /// <summary>The time of the check; null for the time of the run.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The number of the Received field that names the client, from 1 at the top; null without one.</summary>
    public int? Line { get; init; }

    /// <summary>The host that wrote this field, as the field says; null when it does not.</summary>
    public string? LineHost { get; init; }

    /// <summary>The number of the Received field that gives the time; null when the time is from elsewhere.</summary>
    public int? TimeLine { get; init; }

    public EnvelopeSource ClientSource { get; init; }

    public EnvelopeSource HeloSource { get; init; }

    public EnvelopeSource MailFromSource { get; init; }

    public EnvelopeSource TimeSource { get; init; }

    /// <summary>Why there is no client, or why the field that the user chose is not enough, in a few words; null without a problem.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether something is from the message itself.</summary>
    public bool IsOfMessage => Envelope.IsReconstructed || ClientSource is not (EnvelopeSource.Option or EnvelopeSource.None);

    /// <summary>What was taken from where, and how to change it, in one line; null when the user gave the envelope.</summary>
    public string? Describe()
    {
        if (!IsOfMessage)
        {
            return null;
        }

        if (Envelope.ClientAddress is not { } client)
        {
            return $"not known: {Problem}, so SPF cannot be checked and DMARC cannot fail for certain. Give --ip with --helo and --mail-from, or --border HOST or N";
        }

        var helo = Envelope.Helo is { } name ? $" (HELO {name})" : string.Empty;
        var mailFrom = Envelope.MailFrom is { } path ? $", MAIL FROM <{path}> from {MailFromSource.Words(Line)}" : ", MAIL FROM not known";
        var time = Time is { } at ? string.Create(CultureInfo.InvariantCulture, $", time {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} from {TimeSource.Words(TimeLine)}") : string.Empty;
        var taken = $"client {client}{helo} from {ClientSource.Words(Line)}{mailFrom}{time}";
        if (!Envelope.IsReconstructed)
        {
            return $"{taken}, as --border says";
        }

        if (Problem is not null)
        {
            return $"a guess: {taken}. {char.ToUpperInvariant(Problem[0])}{Problem[1..]}";
        }

        var border = Line is null ? "--border HOST or N" : LineHost is null ? $"--border {Line}" : $"--border {LineHost}";
        return $"a guess: {taken}. The sender may have written these fields; for a firm verdict give {border} if you trust that line, or --ip with --helo and --mail-from";
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject("envelope");
        json.WriteBoolean("is_reconstructed", Envelope.IsReconstructed);
        json.WriteString("client_address", Envelope.ClientAddress?.ToString());
        json.WriteString("client_source", ClientSource.Keyword());
        json.WriteString("helo", Envelope.Helo);
        json.WriteString("helo_source", HeloSource.Keyword());
        json.WriteString("mail_from", Envelope.MailFrom);
        json.WriteString("mail_from_source", MailFromSource.Keyword());
        json.WriteString("time", Time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteString("time_source", TimeSource.Keyword());
        if (Line is { } line)
        {
            json.WriteNumber("received_line", line);
        }
        else
        {
            json.WriteNull("received_line");
        }

        json.WriteString("received_by", LineHost);
        json.WriteString("problem", Problem);
        json.WriteEndObject();
    }
}
