namespace EmailAuth.Milter.Dialogue;

/// <summary>How a message is put aside.</summary>
internal enum QuarantineBy
{
    /// <summary>The MTA holds it until a person decides.</summary>
    Hold,

    /// <summary>It is delivered with a header field by which the mailbox's filter files it.</summary>
    Header,
}
