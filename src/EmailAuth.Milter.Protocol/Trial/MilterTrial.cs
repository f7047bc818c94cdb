namespace EmailAuth.Milter.Protocol.Trial;

/// <summary>
/// Tries a milter: speaks to it as an MTA does (protocol version 6), passes it one message, and tells every reply and change. Use it to test
/// a milter of your own without an MTA, or to ask a running one.
/// </summary>
/// <example>
/// <code>
/// using System.Net.Sockets;
/// using EmailAuth.Milter.Protocol.Trial;
///
/// using var client = new TcpClient("127.0.0.1", 8891);
/// MilterTrialResult result = await MilterTrial.RunAsync(client.GetStream(), new MilterTrialMessage
/// {
///     MailFrom = "&lt;joe@example.com&gt;",
///     Content = "From: joe@example.com\r\n\r\nHello\r\n"u8.ToArray(),
/// });
///
/// Console.WriteLine(result.Answer);
/// </code>
/// </example>
public static class MilterTrial
{
    /// <summary>How long a reply may take unless the caller says otherwise; Postfix waits 30 s for most and 300 s for the last.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Passes a message to a milter.</summary>
    /// <param name="connection">A new connection to the milter. It is not closed.</param>
    /// <param name="message">The message.</param>
    /// <param name="timeout">
    /// How long each reply may take, greater than zero; a milter that says that it still works gets the whole time again. Null for
    /// <see cref="DefaultTimeout"/>.
    /// </param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="cancellationToken">Ends the trial.</param>
    /// <returns>The replies. What the milter does wrong is the result's fault, not an exception.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="message"/> has no recipient, or a text of its envelope contains a NUL or a line break; or <paramref name="timeout"/> is not
    /// greater than zero.
    /// </exception>
    public static async Task<MilterTrialResult> RunAsync(
        Stream connection, MilterTrialMessage message, TimeSpan? timeout = null, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(message);
        var limit = timeout ?? DefaultTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(timeout));
        Check(message);
        var dialogue = new TrialDialogue(new TrialPackets(connection, limit, timeProvider ?? TimeProvider.System), message, timeProvider ?? TimeProvider.System);
        return await dialogue.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    // A NUL ends a text of the protocol, and a line break would end the SMTP command that an MTA received.
    private static void Check(MilterTrialMessage message)
    {
        if (message.Recipients.IsDefaultOrEmpty)
        {
            throw new ArgumentException("a message needs a recipient", nameof(message));
        }

        string[] texts =
        [
            message.Client.HostName, message.Helo, message.MailFrom, .. message.MailArguments, .. message.Recipients, .. message.Macros.Keys, .. message.Macros.Values,
        ];
        if (texts.Any(text => text.AsSpan().ContainsAny('\0', '\r', '\n')))
        {
            throw new ArgumentException("a text of the envelope contains a NUL or a line break", nameof(message));
        }
    }
}
