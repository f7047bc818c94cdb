using System.Globalization;

namespace EmailAuth.Bimi;

/// <summary>A signed certificate timestamp that a certificate holds (RFC 6962 section 3.2). Reported, not verified.</summary>
/// <param name="LogId">The log's identifier, 64 hexadecimal digits in lower case.</param>
/// <param name="Time">When the log promised to take the certificate in.</param>
internal sealed record CertificateTimestamp(string LogId, DateTimeOffset Time)
{
    /// <summary>The time and the log, for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Time:yyyy-MM-dd HH:mm:ss} UTC in {LogId}");
}
