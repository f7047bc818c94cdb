namespace EmailAuth.Dns;

/// <summary>Record types as zones and reasons write them.</summary>
internal static class ZoneRecordTypeText
{
    public static string ToText(this ZoneRecordType type) => type switch
    {
        ZoneRecordType.A => "A",
        ZoneRecordType.Aaaa => "AAAA",
        ZoneRecordType.MX => "MX",
        ZoneRecordType.Txt => "TXT",
        ZoneRecordType.Ptr => "PTR",
        ZoneRecordType.CName => "CNAME",
        ZoneRecordType.Spf => "SPF",
        ZoneRecordType.Timeout => "TIMEOUT",
        ZoneRecordType.ServFail => "SERVFAIL",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of zone entry."),
    };

    /// <summary>The type of a text, in any letter case; null when there is none.</summary>
    public static ZoneRecordType? Parse(ReadOnlySpan<char> text)
    {
        foreach (var type in Enum.GetValues<ZoneRecordType>())
        {
            if (text.Equals(type.ToText(), StringComparison.OrdinalIgnoreCase))
            {
                return type;
            }
        }

        return null;
    }
}
