using System.Globalization;

namespace EmailAuth.Inspection.Signatures;

/// <summary>Dates in the forms that programs write (RFC 5322 section 3.3).</summary>
internal static class DateRewrites
{
    // Before and after the time of signing that t= gives.
    private const int Seconds = 3;
    private const int MinutesOfZone = 60;
    private const int MostZone = 14;

    private static readonly string[] Formats = ["ddd, d MMM yyyy HH:mm:ss ", "ddd, dd MMM yyyy HH:mm:ss ", "d MMM yyyy HH:mm:ss ", "dd MMM yyyy HH:mm:ss ", "ddd, d MMM yyyy HH:mm "];

    /// <summary>A Date field in other forms, of the same time or of the time of signing.</summary>
    public static IEnumerable<FieldRewrite> Of(string name, string? value, DateTimeOffset? signedAt)
    {
        if (Read(value) is { } time)
        {
            foreach (var text in FormsOf(time).Concat(InZones(time)))
            {
                yield return new FieldRewrite(ChangeCode.FieldReformatted, [name], name, " " + text);
            }
        }

        var code = value is null ? ChangeCode.FieldRemoved : ChangeCode.FieldReplaced;
        for (var second = -Seconds; signedAt is { } signed && signed.Year is > 1990 and < 9000 && second <= Seconds; second++)
        {
            foreach (var text in InZones(signed.AddSeconds(second)))
            {
                yield return new FieldRewrite(code, [name], name, " " + text, 2);
            }
        }
    }

    private static DateTimeOffset? Read(string? value)
    {
        if (value is null)
        {
            return null;
        }

        var text = CanonicalText.RelaxedValue(value);
        var comment = text.IndexOf('(', StringComparison.Ordinal);
        text = comment > 0 ? text[..comment].Trim() : text;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year is > 1970 and < 9000 ? time : null;
    }

    private static IEnumerable<string> InZones(DateTimeOffset time)
    {
        for (var hours = -MostZone; hours <= MostZone; hours++)
        {
            foreach (var text in FormsOf(time.ToOffset(TimeSpan.FromMinutes(hours * MinutesOfZone))).Take(hours == 0 ? 8 : 3))
            {
                yield return text;
            }
        }
    }

    private static IEnumerable<string> FormsOf(DateTimeOffset time)
    {
        var zone = time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", string.Empty, StringComparison.Ordinal);
        foreach (var format in Formats)
        {
            var text = time.ToString(format, CultureInfo.InvariantCulture);
            yield return text + zone;
            if (time.Offset == TimeSpan.Zero)
            {
                yield return text + "GMT";
                yield return text + "UTC";
                yield return text + "-0000";
                yield return text + "+0000 (UTC)";
                yield return text + "+0000 (GMT)";
            }
        }
    }
}
