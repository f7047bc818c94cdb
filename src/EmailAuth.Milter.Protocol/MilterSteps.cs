namespace EmailAuth.Milter.Protocol;

/// <summary>
/// The steps of the dialogue that an MTA can leave out or shorten, and those that a milter asks it to (<c>SMFIP_*</c>). The milter does not ask
/// for what the MTA does not offer: then the handler is called for such a step, and continues by default.
/// </summary>
[Flags]
public enum MilterSteps : uint
{
    /// <summary>Every step, each with a reply.</summary>
    None = 0,

    /// <summary>Without the connection: <see cref="MilterHandler.OnConnectAsync"/> is not called.</summary>
    NoConnect = 0x01,

    /// <summary>Without HELO and EHLO.</summary>
    NoHelo = 0x02,

    /// <summary>Without MAIL. The milter then does not see messages begin: ask for this only if it looks at no messages.</summary>
    NoMail = 0x04,

    /// <summary>Without RCPT.</summary>
    NoRecipients = 0x08,

    /// <summary>Without the body.</summary>
    NoBody = 0x10,

    /// <summary>Without header fields.</summary>
    NoHeaders = 0x20,

    /// <summary>Without the end of the header.</summary>
    NoEndOfHeaders = 0x40,

    /// <summary>A header field gets no reply; the handler can only continue.</summary>
    NoReplyToHeader = 0x80,

    /// <summary>Without SMTP commands that the MTA does not know.</summary>
    NoUnknown = 0x100,

    /// <summary>Without DATA.</summary>
    NoData = 0x200,

    /// <summary>The MTA understands <see cref="MilterResponse.Skip"/>.</summary>
    Skip = 0x400,

    /// <summary>With recipients that the MTA itself rejects.</summary>
    RejectedRecipients = 0x800,

    /// <summary>The connection gets no reply.</summary>
    NoReplyToConnect = 0x1000,

    /// <summary>HELO and EHLO get no reply.</summary>
    NoReplyToHelo = 0x2000,

    /// <summary>MAIL gets no reply.</summary>
    NoReplyToMail = 0x4000,

    /// <summary>RCPT gets no reply.</summary>
    NoReplyToRecipient = 0x8000,

    /// <summary>DATA gets no reply.</summary>
    NoReplyToData = 0x1_0000,

    /// <summary>An unknown SMTP command gets no reply.</summary>
    NoReplyToUnknown = 0x2_0000,

    /// <summary>The end of the header gets no reply.</summary>
    NoReplyToEndOfHeaders = 0x4_0000,

    /// <summary>A piece of the body gets no reply.</summary>
    NoReplyToBody = 0x8_0000,

    /// <summary>Field values come with the white space after the colon, as the sender wrote it. DKIM's "simple" canonicalization needs it.</summary>
    HeaderLeadingSpace = 0x10_0000,
}
