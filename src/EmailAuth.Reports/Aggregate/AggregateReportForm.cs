namespace EmailAuth.Reports.Aggregate;

/// <summary>Which standard's form a report has.</summary>
public enum AggregateReportForm
{
    /// <summary>
    /// That of RFC 7489 Appendix C, also without a namespace, as nearly all such reports are sent. What its schema demands and hardly any sender
    /// writes (<c>version</c>, <c>envelope_from</c>, <c>sp</c>, <c>pct</c>, <c>fo</c>, <c>scope</c>) may be missing without a finding.
    /// </summary>
    Rfc7489,

    /// <summary>That of RFC 9990 Appendix A, which its namespace tells.</summary>
    Rfc9990,
}
