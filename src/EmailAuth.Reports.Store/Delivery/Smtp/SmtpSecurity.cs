namespace EmailAuth.Reports.Store.Delivery.Smtp;

/// <summary>How connections to mail hosts are protected.</summary>
public enum SmtpSecurity
{
    /// <summary>
    /// TLS where the host offers it, without regard to its certificate (RFC 7435): an attacker who could exploit that could also take the offer away.
    /// </summary>
    Opportunistic,

    /// <summary>TLS always (STARTTLS), without regard to the certificate.</summary>
    Required,

    /// <summary>TLS always (STARTTLS), and the certificate is valid for the host's name.</summary>
    Verified,

    /// <summary>TLS from the first octet (RFC 8314 section 3.3, port 465), and the certificate is valid for the host's name. For a smarthost.</summary>
    Implicit,

    /// <summary>No TLS. For a smarthost on the same host.</summary>
    None,
}
