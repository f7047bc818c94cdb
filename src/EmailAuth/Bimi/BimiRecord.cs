using System.Collections.Immutable;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>
/// A BIMI assertion record (BIMI draft section 4.3): where a domain's indicator and the evidence for it stand. Parsed by the letter;
/// nothing is repaired. Immutable.
/// </summary>
public sealed class BimiRecord
{
    internal BimiRecord()
    {
    }

    /// <summary>The record's text.</summary>
    public string Text { get; internal init; } = string.Empty;

    /// <summary>The <c>l</c> tag: the https URI of the indicator (SVG or SVGZ); null when the tag is empty.</summary>
    public string? Location { get; internal init; }

    /// <summary>The <c>a</c> tag: the https URI of the evidence document; null when the tag is empty or absent.</summary>
    public string? EvidenceLocation { get; internal init; }

    /// <summary>Whether the <c>lps</c> tag is there: the local-part of the author's address may name a selector (section 4.5).</summary>
    internal bool UsesLocalPartSelectors { get; init; }

    /// <summary>The prefixes of the <c>lps</c> tag, lower case; empty when any local-part may name a selector, or when the tag is absent.</summary>
    internal ImmutableArray<string> LocalPartPrefixes { get; init; } = [];

    /// <summary>
    /// Which picture the domain owner prefers where a mailbox provider also has personal ones (the <c>avp</c> tag): <c>brand</c>, also when
    /// the tag is absent, or <c>personal</c>; null when its value is unknown and therefore ignored.
    /// </summary>
    public string? AvatarPreference => Preference?.Keyword();

    /// <summary>The same for decisions.</summary>
    internal BimiAvatarPreference? Preference { get; init; }

    /// <summary>Whether both locations are empty: the domain owner declines to publish an indicator (section 4.3.1).</summary>
    internal bool IsDeclination => Location is null && EvidenceLocation is null;

    /// <summary>
    /// Whether a TXT record is a BIMI record of this version at all: its first tag is <c>v=BIMI1</c>, to the letter. Any other record at
    /// the name is ignored.
    /// </summary>
    /// <param name="text">The text of a TXT record.</param>
    internal static bool IsBimiRecord(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reader = new TagListReader(text);
        return reader.TryRead(out var tag) && tag.Name is "v" && tag.Value is "BIMI1";
    }

    /// <summary>Reads a record.</summary>
    /// <param name="text">The text of a TXT record.</param>
    /// <returns>The record, or what is wrong with it and where.</returns>
    public static ParseResult<BimiRecord> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new BimiRecordParser(text).Parse();
    }

    /// <summary>Whether a normalized local-part may name a selector by this record's <c>lps</c> tag.</summary>
    internal bool AllowsLocalPart(string normalized)
    {
        if (!UsesLocalPartSelectors || LocalPartPrefixes.IsEmpty)
        {
            return UsesLocalPartSelectors;
        }

        foreach (var prefix in LocalPartPrefixes)
        {
            if (normalized.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
