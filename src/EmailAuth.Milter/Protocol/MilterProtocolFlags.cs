namespace EmailAuth.Milter.Protocol;

/// <summary>Which steps of the dialogue an MTA can leave out or shorten, and which of them the milter asks it to (SMFIP_*).</summary>
[Flags]
internal enum MilterProtocolFlags : uint
{
    None = 0,
    NoConnect = 0x01,
    NoHelo = 0x02,
    NoMail = 0x04,
    NoRecipients = 0x08,
    NoBody = 0x10,
    NoHeaders = 0x20,
    NoEndOfHeaders = 0x40,
    NoReplyToHeader = 0x80,
    NoUnknown = 0x100,
    NoData = 0x200,
    Skip = 0x400,
    RejectedRecipients = 0x800,
    NoReplyToConnect = 0x1000,
    NoReplyToHelo = 0x2000,
    NoReplyToMail = 0x4000,
    NoReplyToRecipient = 0x8000,
    NoReplyToData = 0x1_0000,
    NoReplyToUnknown = 0x2_0000,
    NoReplyToEndOfHeaders = 0x4_0000,
    NoReplyToBody = 0x8_0000,
    HeaderLeadingSpace = 0x10_0000,
}
