namespace EmailAuth.Native.Handles;

/// <summary>The texts of a result.</summary>
internal enum ResultText
{
    Header,
    HeaderValue,
    HeaderValueLf,
    ExtendedHeader,
    ExtendedHeaderValue,
    ExtendedHeaderValueLf,
    Reason,
    ReasonCode,
    SmtpReply,
    ReplyEnhancedCode,
    ReplyText,
    PublishedPolicy,
    AppliedDisposition,
    Json,
}
