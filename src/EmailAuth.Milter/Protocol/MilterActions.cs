namespace EmailAuth.Milter.Protocol;

/// <summary>What an MTA lets a milter do to a message, and what the milter says it may do (SMFIF_*).</summary>
[Flags]
internal enum MilterActions : uint
{
    None = 0,
    AddHeaders = 0x01,
    ChangeBody = 0x02,
    AddRecipients = 0x04,
    DeleteRecipients = 0x08,
    ChangeHeaders = 0x10,
    Quarantine = 0x20,
    ChangeFrom = 0x40,
    AddRecipientsWithArguments = 0x80,
    SetMacroList = 0x100,
}
