namespace EmailAuth.Milter.Protocol;

/// <summary>The step for which a list of macros is asked (<c>SMFIM_*</c>).</summary>
public enum MilterMacroStage
{
    /// <summary>The connection.</summary>
    Connect = 0,

    /// <summary>HELO and EHLO.</summary>
    Helo = 1,

    /// <summary>MAIL.</summary>
    Mail = 2,

    /// <summary>RCPT.</summary>
    Recipient = 3,

    /// <summary>DATA.</summary>
    Data = 4,

    /// <summary>The end of the message.</summary>
    EndOfMessage = 5,

    /// <summary>The end of the header.</summary>
    EndOfHeaders = 6,
}
