namespace EmailAuth.Bimi;

/// <summary>Which document of a record is fetched.</summary>
internal enum BimiDocumentKind
{
    /// <summary>What <c>l</c> names: SVG or SVGZ.</summary>
    Indicator,

    /// <summary>What <c>a</c> names: certificates in PEM.</summary>
    Evidence,
}
