namespace EmailAuth.Spf;

/// <summary>What evaluating one mechanism gave (RFC 7208 section 4.6.2).</summary>
internal enum SpfMatch
{
    No,
    Yes,
    TempError,
    PermError,
}
