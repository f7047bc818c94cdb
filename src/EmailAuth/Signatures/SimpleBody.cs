namespace EmailAuth.Signatures;

/// <summary>
/// The simple body canonicalization (RFC 6376 section 3.4.3): empty lines at the end become one CRLF; a body without any byte is one CRLF.
/// </summary>
internal sealed class SimpleBody : CanonicalBody
{
    protected override bool EndsWithLine => true;

    protected override void AppendBlock(ReadOnlySpan<byte> block) => AppendLines(block);
}
