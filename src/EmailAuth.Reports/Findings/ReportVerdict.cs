namespace EmailAuth.Reports.Findings;

/// <summary>How far what was read is a report as its standard asks for (RFC 9990 sections 3.1.1 and 8).</summary>
public enum ReportVerdict
{
    /// <summary>It conforms: there is no finding but notes.</summary>
    Conforms,

    /// <summary>It has faults, and was read as far as it makes sense. A consumer may use it, and should show that it is not whole.</summary>
    Salvaged,

    /// <summary>It must not be used: it is not a report, it exceeds a limit, or its standard forbids to process it.</summary>
    Unusable,
}
