namespace EmailAuth.Spf;

/// <summary>Which identity of the SMTP session a check speaks of (RFC 7208 section 2.2).</summary>
public enum SpfIdentity
{
    /// <summary>The host name that the client gave in EHLO or HELO (section 2.3).</summary>
    Helo,

    /// <summary>The reverse-path of MAIL FROM; with a null reverse-path, postmaster at the HELO host (section 2.4).</summary>
    MailFrom,
}
