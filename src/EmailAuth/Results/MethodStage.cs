namespace EmailAuth.Results;

/// <summary>When in the SMTP dialogue a method has what it judges, in the order of the dialogue.</summary>
public enum MethodStage
{
    /// <summary>When the client connects.</summary>
    Connection,

    /// <summary>At HELO or EHLO.</summary>
    Helo,

    /// <summary>At MAIL FROM.</summary>
    MailFrom,

    /// <summary>With the message.</summary>
    Message,
}
