namespace EmailAuth.Reports;

/// <summary>How far what was read is a report as its standard asks for (RFC 9990 sections 3.1.1 and 5).</summary>
public enum ReportVerdict
{
    /// <summary>It conforms: there is no finding but notes.</summary>
    Conforms,

    /// <summary>It has faults, which the findings name, and what it says could be read.</summary>
    Salvaged,

    /// <summary>It must not be used: it is not a report, it exceeds a limit, or its standard forbids to use it. Rows that were given are to be discarded.</summary>
    Unusable,
}
