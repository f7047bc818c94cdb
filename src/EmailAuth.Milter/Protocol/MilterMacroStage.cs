namespace EmailAuth.Milter.Protocol;

/// <summary>For which step a list of macros is asked (SMFIM_*).</summary>
internal enum MilterMacroStage : uint
{
    Connect = 0,
    Helo = 1,
    Mail = 2,
    Recipient = 3,
    Data = 4,
    EndOfMessage = 5,
    EndOfHeaders = 6,
}
