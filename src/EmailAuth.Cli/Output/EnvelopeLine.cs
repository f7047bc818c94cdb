namespace EmailAuth.Cli.Output;

/// <summary>The line that says where the envelope of a stored message is from. It comes before everything else.</summary>
internal static class EnvelopeLine
{
    /// <summary>The same for many messages.</summary>
    public const string OfMany =
        "Envelope   a guess for each message, from its own fields: --json shows it. For firm verdicts give --border HOST, the host that receives your mail from outside";

    /// <summary>Writes the line of a message; nothing when the user gave the envelope.</summary>
    /// <param name="message">The message.</param>
    /// <param name="output">Where to; null for standard output.</param>
    public static void Write(VerifiedMessage message, TextWriter? output = null)
    {
        if (message.Envelope?.Describe() is { } text)
        {
            (output ?? Console.Out).WriteLine($"Envelope   {VisibleText.Of(text)}");
        }
    }
}
