namespace EmailAuth.Dmarc;

/// <summary>Which reports an address gets.</summary>
public enum DmarcReportKind
{
    /// <summary>Aggregate reports (<c>rua</c>, RFC 9990).</summary>
    Aggregate,

    /// <summary>Failure reports (<c>ruf</c>, RFC 9991).</summary>
    Failure,
}
