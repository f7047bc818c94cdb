namespace EmailAuth.Spf;

/// <summary>The outcome of one mechanism (RFC 7208 section 4.6.2).</summary>
internal enum SpfMatch
{
    No,
    Yes,
    TempError,
    PermError,
}
