using EmailAuth.Cli.Envelopes;

namespace EmailAuth.Cli.Output;

/// <summary>The line that says where the envelope of a stored message is from.</summary>
internal static class EnvelopeLine
{
    /// <summary>The same for many messages.</summary>
    public const string OfMany =
        "Envelope   a guess for each message, from its own fields: --json shows it. For firm verdicts give --border HOST, the host that receives your mail from outside";

    /// <summary>
    /// Where the envelope of a message is from and how to change it, short for the answer; null when the user gave it. The evidence has all of it
    /// (<see cref="StoredEnvelope.Describe"/>).
    /// </summary>
    public static string? Short(StoredEnvelope? envelope)
    {
        if (envelope is null)
        {
            return null;
        }

        if (envelope.Envelope.ClientAddress is not { } client)
        {
            return $"not known{(envelope.Problem is { } problem ? $" ({problem})" : string.Empty)}: give --ip or --border";
        }

        var source = envelope.ClientSource.Words(envelope.Line);
        return envelope.Envelope.IsReconstructed
            ? $"{client}, a guess from {source}; make it firm with --border {Border(envelope)} or --ip"
            : $"{client} from {source}, as --border says";
    }

    private static string Border(StoredEnvelope envelope) =>
        envelope.LineHost ?? envelope.Line?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "HOST";
}
