namespace EmailAuth.Signatures;

/// <summary>Which tags a kind of signature field has.</summary>
/// <param name="Required">Tags that must be present.</param>
/// <param name="Optional">Tags that may be present; other tags are noted and not read (RFC 6376 section 3.2).</param>
/// <param name="Section">The section that defines them.</param>
/// <param name="AllowsEmptyFieldNames">Whether <c>h=</c> may be empty or have empty names, which select nothing.</param>
internal sealed record SignatureGrammar(SignatureTagName Required, SignatureTagName Optional, string Section, bool AllowsEmptyFieldNames = false)
{
    public SignatureTagName Defined => Required | Optional;
}
