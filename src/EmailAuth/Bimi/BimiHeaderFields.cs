using System.Collections.Immutable;
using System.Text;
using EmailAuth.Messages;

namespace EmailAuth.Bimi;

/// <summary>
/// The fields that only the receiving site may set: BIMI-Location, BIMI-Indicator and BIMI-Logo-Preference (BIMI draft section 5). Those
/// that arrive with a message must be removed whatever the result is (section 7.8): a mail reader would believe them.
/// </summary>
internal static class BimiHeaderFields
{
    // "BIMI-Indicator: " and the line stay within 78 characters.
    private const int LineLength = 60;

    private const int MaxLocationLength = 980;

    private static readonly string[] Names = ["BIMI-Location", "BIMI-Indicator", "BIMI-Logo-Preference"];

    /// <summary>
    /// Whether a field's name is one of them under the most lenient reading: without regard to case, white space, control bytes and bytes
    /// beyond ASCII, as some reader may drop or fold any of those.
    /// </summary>
    /// <param name="name">The text before the colon.</param>
    internal static bool IsReserved(ReadOnlySpan<byte> name) =>
        LenientLine.IsNamed(name, "bimi-location"u8)
        || LenientLine.IsNamed(name, "bimi-indicator"u8)
        || LenientLine.IsNamed(name, "bimi-logo-preference"u8);

    /// <summary>
    /// The fields of a message that are to be removed before it is handed on: those whose name is reserved, and any in which a bare CR or
    /// LF starts a line that a lenient reader would take for such a field.
    /// </summary>
    /// <param name="header">The header as it arrived.</param>
    /// <returns>Their indexes in <paramref name="header"/>, ascending.</returns>
    public static ImmutableArray<int> FindArriving(HeaderBlock header)
    {
        ArgumentNullException.ThrowIfNull(header);
        ImmutableArray<int>.Builder? found = null;

        // Without such a defect every line inside a field continues it: white space follows its line end.
        var hasHiddenLines = header.LimitReason is not null || header.Defects.MayHideLines();
        for (var index = 0; index < header.Count; index++)
        {
            if (HoldsReserved(header[index].Raw.Span, hasHiddenLines))
            {
                (found ??= ImmutableArray.CreateBuilder<int>()).Add(index);
            }
        }

        return found?.ToImmutable() ?? [];
    }

    /// <summary>
    /// The fields to add to a message on a pass for which the indicator was checked (sections 7.9 to 7.11); empty otherwise, as a
    /// mail reader shows what they say.
    /// </summary>
    /// <param name="result">The result.</param>
    public static ImmutableArray<BimiHeaderField> Of(BimiResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result is not { Code: BimiResultCode.Pass, Record: { } record, Indicator: { } indicator })
        {
            return [];
        }

        var fields = ImmutableArray.CreateBuilder<BimiHeaderField>(3);
        if (LocationOf(result, record) is { } location)
        {
            fields.Add(new BimiHeaderField(Names[0], location));
        }

        fields.Add(new BimiHeaderField(Names[1], Fold(Convert.ToBase64String(indicator.Svg.Span))));
        if (record.AvatarPreference is { } preference)
        {
            fields.Add(new BimiHeaderField(Names[2], $" avp={preference}"));
        }

        return fields.ToImmutable();
    }

    // Section 7.9: l when what it names was checked, a when the evidence was. A URI cannot be folded (RFC 5322 section 2.1.1: 998 characters).
    private static string? LocationOf(BimiResult result, BimiRecord record)
    {
        var l = result.IsLocationChecked && record.Location is { Length: <= MaxLocationLength } ? $"\r\n l={record.Location};" : null;
        var a = result.Authority == BimiAuthorityCode.Pass && record.EvidenceLocation is { Length: <= MaxLocationLength } ? $"\r\n a={record.EvidenceLocation};" : null;
        return l is null && a is null ? null : $" v=BIMI1;{l}{a}";
    }

    // RFC 5322 section 2.1.1: lines of at most 78 characters. White space in base64 means nothing (BIMI draft section 5.3).
    private static string Fold(string base64)
    {
        var folded = new StringBuilder(base64.Length + (base64.Length / 24));
        for (var i = 0; i < base64.Length; i += LineLength)
        {
            _ = folded.Append(i == 0 ? " " : "\r\n ").Append(base64.AsSpan(i, Math.Min(LineLength, base64.Length - i)));
        }

        return folded.ToString();
    }

    private static bool HoldsReserved(ReadOnlySpan<byte> raw, bool hasHiddenLines)
    {
        // The name up to its colon, folding inside or after it included.
        var colon = raw.IndexOf((byte)':');
        if (colon < 0)
        {
            return false;
        }

        if (IsReserved(raw[..colon]))
        {
            return true;
        }

        if (!hasHiddenLines)
        {
            return false;
        }

        for (var end = raw.IndexOfAny((byte)'\r', (byte)'\n'); end >= 0; end = raw.IndexOfAny((byte)'\r', (byte)'\n'))
        {
            raw = raw[(end + 1)..];

            // A line that starts with white space continues the one before it.
            if (StartsReserved(raw))
            {
                return true;
            }
        }

        return false;
    }

    private static bool StartsReserved(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] is (byte)' ' or (byte)'\t')
        {
            return false;
        }

        var colon = line.IndexOfAny((byte)':', (byte)'\r', (byte)'\n');
        return colon > 0 && line[colon] == ':' && IsReserved(line[..colon]);
    }
}
