namespace EmailAuth.Milter.Protocol;

/// <summary>What a milter answers: the first byte of a packet after its length.</summary>
public enum MilterReply : byte
{
    /// <summary>Accept the message, or at CONNECT and HELO everything that the client sends, without asking further.</summary>
    Accept = (byte)'a',

    /// <summary>Go on.</summary>
    Continue = (byte)'c',

    /// <summary>Accept the message and discard it.</summary>
    Discard = (byte)'d',

    /// <summary>Add a recipient.</summary>
    AddRecipient = (byte)'+',

    /// <summary>Add a recipient with arguments of the RCPT command.</summary>
    AddRecipientWithArguments = (byte)'2',

    /// <summary>Delete a recipient.</summary>
    DeleteRecipient = (byte)'-',

    /// <summary>Replace the body, or continue the replacement.</summary>
    ReplaceBody = (byte)'b',

    /// <summary>Change the sender of the envelope.</summary>
    ChangeSender = (byte)'e',

    /// <summary>Add a field at the end of the header.</summary>
    AddHeader = (byte)'h',

    /// <summary>Insert a field; index 0 is the very top.</summary>
    InsertHeader = (byte)'i',

    /// <summary>Change a field, or with an empty value remove it.</summary>
    ChangeHeader = (byte)'m',

    /// <summary>Still at work: the MTA's timer starts again.</summary>
    Progress = (byte)'p',

    /// <summary>Hold the message.</summary>
    Quarantine = (byte)'q',

    /// <summary>Refuse with a reply of 5yz.</summary>
    Reject = (byte)'r',

    /// <summary>Send no more commands of this kind for this message.</summary>
    Skip = (byte)'s',

    /// <summary>Refuse with a reply of 4yz.</summary>
    TemporaryFailure = (byte)'t',

    /// <summary>Refuse with the reply that follows.</summary>
    ReplyCode = (byte)'y',
}
