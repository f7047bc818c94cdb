namespace EmailAuth.Native.Handles;

/// <summary>The texts of a result.</summary>
internal enum ResultText
{
    Header,
    HeaderValue,
    HeaderValueLf,
    Reason,
    SmtpReply,
    Json,
}
