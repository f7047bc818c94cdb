namespace EmailAuth.Signatures;

/// <summary>Which tags a kind of signature field has.</summary>
/// <param name="Required">Those that must be there.</param>
/// <param name="Optional">Those that may be; others are noted and not read (RFC 6376 section 3.2).</param>
/// <param name="Section">Where that is said.</param>
/// <param name="AllowsEmptyFieldNames">Whether <c>h=</c> may be empty or have empty names, which select nothing.</param>
internal sealed record SignatureGrammar(SignatureTagName Required, SignatureTagName Optional, string Section, bool AllowsEmptyFieldNames = false)
{
    public SignatureTagName Defined => Required | Optional;
}
