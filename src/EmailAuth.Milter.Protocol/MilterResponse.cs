namespace EmailAuth.Milter.Protocol;

/// <summary>A handler's answer to a step of the dialogue.</summary>
/// <remarks>
/// <para>A refusal at RCPT applies only to that recipient, and a refusal of an unknown command only to that command. Within a message, every other
/// answer except <see cref="Continue"/> and <see cref="Skip"/> is final: the handler does not see the rest of the message, and
/// <see cref="MilterHandler.OnAbortAsync"/> is not called.</para>
/// <para>Immutable; safe to share between threads.</para>
/// </remarks>
public sealed class MilterResponse
{
    private MilterResponse(MilterReply reply, string? text = null)
    {
        Reply = reply;
        Text = text;
    }

    /// <summary>Go on; at the end of a message: accept it.</summary>
    public static MilterResponse Continue { get; } = new(MilterReply.Continue);

    /// <summary>Accept the message, or at the connection and HELO everything that the client sends, without asking this milter further.</summary>
    public static MilterResponse Accept { get; } = new(MilterReply.Accept);

    /// <summary>Accept the message and discard it.</summary>
    public static MilterResponse Discard { get; } = new(MilterReply.Discard);

    /// <summary>Refuse for good, in the MTA's words (5yz).</summary>
    public static MilterResponse Reject { get; } = new(MilterReply.Reject);

    /// <summary>Refuse for now, in the MTA's words (4yz).</summary>
    public static MilterResponse TemporaryFailure { get; } = new(MilterReply.TemporaryFailure);

    /// <summary>
    /// Send no more pieces of this body. For <see cref="MilterHandler.OnBodyAsync"/>; elsewhere, and where <see cref="MilterContext.Steps"/>
    /// lacks <see cref="MilterSteps.Skip"/>, it is the same as <see cref="Continue"/>.
    /// </summary>
    public static MilterResponse Skip { get; } = new(MilterReply.Skip);

    internal MilterReply Reply { get; }

    internal string? Text { get; }

    /// <summary>Refuse with the given SMTP reply.</summary>
    /// <param name="smtpReply">
    /// The reply, such as <c>550 5.7.1 Not accepted</c>: a code of 4yz or 5yz, a space, an enhanced code (RFC 3463) if any, a text. Line
    /// breaks become spaces, so that it is one reply of one line, and the text ends at a NUL. A digit behind the space is the first of an
    /// enhanced code, so it is the code's first digit (RFC 2034 section 4): Postfix does not send another reply (<c>550 192.0.2.1 is
    /// listed</c>), and does what its <c>milter_default_action</c> says.
    /// </param>
    /// <exception cref="ArgumentException">
    /// It does not begin with a code of 4yz or 5yz and a space, or a digit that is not the code's first follows the space.
    /// </exception>
    public static MilterResponse Refuse(string smtpReply)
    {
        ArgumentNullException.ThrowIfNull(smtpReply);
        if (smtpReply is not ['4' or '5', >= '0' and <= '9', >= '0' and <= '9', ' ', ..])
        {
            throw new ArgumentException("not an SMTP reply of 4yz or 5yz with a text", nameof(smtpReply));
        }

        return smtpReply.Length > 4 && char.IsAsciiDigit(smtpReply[4]) && smtpReply[4] != smtpReply[0]
            ? throw new ArgumentException("the text begins with a digit that is not the first of the code (RFC 2034 section 4)", nameof(smtpReply))
            : new(MilterReply.ReplyCode, smtpReply);
    }

    /// <summary>What it asks the MTA to do.</summary>
    public override string ToString() => Text ?? Reply.ToString();
}
