namespace EmailAuth.Reports.Store.Delivery.Smtp;

/// <summary>How reports are handed over. Immutable.</summary>
public sealed record SmtpTransportOptions
{
    /// <summary>The host that takes all mail, a name or an address; null to mail to the hosts of each recipient's domain (MX).</summary>
    public string? Smarthost { get; init; } = "localhost";

    /// <summary>The port of the smarthost, or of the recipients' hosts. Default 25.</summary>
    public int Port { get; init; } = 25;

    /// <summary>How connections are protected. Default <see cref="SmtpSecurity.Opportunistic"/>.</summary>
    public SmtpSecurity Security { get; init; } = SmtpSecurity.Opportunistic;

    /// <summary>The name for EHLO: one that resolves to our address. Null for the name of this host.</summary>
    public string? HeloName { get; init; }

    /// <summary>
    /// The user at the smarthost; null to give none. The password is sent over TLS only, unless <see cref="Security"/> is <see cref="SmtpSecurity.None"/>.
    /// </summary>
    public string? User { get; init; }

    /// <summary>The password of the user.</summary>
    public string? Password { get; init; }

    /// <summary>How long a connection and each step of the dialogue may take. Default 60 seconds.</summary>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a mail may take in all. Default 5 minutes, and always less than the lease of a delivery.</summary>
    public TimeSpan MailTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an idle connection is kept for the next report to the same host. Default 15 seconds.</summary>
    public TimeSpan KeptFor { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many idle connections are kept. Default 10.</summary>
    public int MaxKept { get; init; } = 10;

    /// <summary>
    /// Whether hosts of recipients may have addresses that are not public, such as 127.0.0.1: an attacker could name them in a DNS zone to reach what
    /// only we can reach. Default false. It does not concern a smarthost.
    /// </summary>
    public bool AllowsPrivateAddresses { get; init; }
}
