namespace EmailAuth.Bimi;

/// <summary>
/// Checks a document against SVG Tiny Portable/Secure (draft-svg-tiny-ps-abrotman), the profile of BIMI's indicators: a picture and nothing
/// else. No script, animation or interactivity, no reference out of the document, no raster image, no foreign object, no DTD.
/// </summary>
internal static class SvgTinyPs
{
    /// <summary>Checks a document.</summary>
    /// <param name="svg">The document, not compressed.</param>
    /// <param name="limits">How much is read, or null for <see cref="SvgLimits.Default"/>.</param>
    public static SvgFindings Validate(ReadOnlyMemory<byte> svg, SvgLimits? limits = null) =>
        new SvgValidator(limits ?? SvgLimits.Default).Validate(svg);
}
