using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Reports.Aggregate;

/// <summary>What the text of RFC 9990 demands of values beyond the schema, and what contradicts itself. The reader and the check share it. Pure.</summary>
internal static class AggregateRules
{
    private const int DayInSeconds = 24 * 60 * 60;

    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    // RFC 5322 section 3.2.3: atext.
    private static readonly SearchValues<char> AtomCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~");

    /// <summary>A domain as a report may have it: labels of ASCII, so U-labels are refused (RFC 9990 section 3.5.2).</summary>
    public static bool IsDomain(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 253)
        {
            return false;
        }

        foreach (var range in text.Split('.'))
        {
            var label = text[range];
            if (label.Length is 0 or > 63 || label.ContainsAnyExcept(LabelCharacters))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>RFC 9990 section 3.5.1: dot-atom-text ["@" dot-atom-text], perhaps in angle brackets.</summary>
    public static bool IsReportId(ReadOnlySpan<char> text)
    {
        text = text is ['<', .., '>'] ? text[1..^1] : text;
        var at = text.IndexOf('@');
        return at < 0 ? IsDotAtom(text) : IsDotAtom(text[..at]) && IsDotAtom(text[(at + 1)..]);
    }

    /// <summary>RFC 3986 section 3.2.2: IPv4address or IPv6address, without brackets and zone.</summary>
    public static bool IsAddress(string text) =>
        IPAddress.TryParse(text, out var address)
        && (address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() == text : !text.AsSpan().ContainsAny('%', '['));

    /// <summary>Whether a text has something that looks like a mailbox: an at sign after what may end a local part, and before a letter or digit. "i=@example.com" has no local part.</summary>
    public static bool HasMailbox(string? text)
    {
        for (var at = text?.IndexOf('@', StringComparison.Ordinal) ?? -1; at >= 0; at = text!.IndexOf('@', at + 1))
        {
            if (at > 0 && at < text!.Length - 1 && (char.IsLetterOrDigit(text[at - 1]) || text[at - 1] is '.' or '_' or '-' or '+' or '"') && char.IsAsciiLetterOrDigit(text[at + 1]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Checks who reports on which period.</summary>
    public static void Check(
        AggregateReportMetadata metadata, AggregateFindings findings, AggregateFindingSeverity ofLooseId, AggregateReportForm form = AggregateReportForm.Rfc9990)
    {
        // RFC 7489 has no grammar for ids.
        if (form == AggregateReportForm.Rfc9990 && metadata.ReportId.Length > 0)
        {
            CheckId(metadata.ReportId, findings, ofLooseId);
        }

        foreach (var error in metadata.Errors)
        {
            CheckText(error, AggregatePlaces.Error, findings);
        }

        if (metadata.End < metadata.Begin)
        {
            findings.Add(AggregateFindingCode.PeriodBackwards, AggregatePlaces.Period);
        }
        else if ((metadata.End - metadata.Begin).TotalSeconds is > DayInSeconds and var seconds)
        {
            findings.Add(AggregateFindingCode.PeriodLong, AggregatePlaces.Period, argument: seconds.ToString("0", System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private static void CheckId(string id, AggregateFindings findings, AggregateFindingSeverity ofLooseId)
    {
        if (!IsReportId(id))
        {
            findings.Add(AggregateFindingCode.ReportIdSyntax, AggregatePlaces.ReportId, argument: id);
        }
        else if (!AggregateReportName.IsId(id))
        {
            findings.Add(AggregateFindingCode.ReportIdNotAlphanumeric, AggregatePlaces.ReportId, argument: id, severity: ofLooseId);
        }
    }

    /// <summary>Checks a name that a report has in A-labels. An empty one is a matter of the schema.</summary>
    public static void CheckDomain(string domain, string place, AggregateFindings findings)
    {
        if (domain.Length == 0 || IsDomain(domain))
        {
            return;
        }

        // What is personal is not repeated.
        if (HasMailbox(domain))
        {
            findings.Add(AggregateFindingCode.LocalPart, place);
        }
        else
        {
            findings.Add(AggregateFindingCode.NotADomain, place, argument: domain);
        }
    }

    /// <summary>Checks a text for people.</summary>
    public static void CheckText(string? text, string place, AggregateFindings findings)
    {
        if (text is null)
        {
            return;
        }

        if (AggregateXml.HasControl(text))
        {
            findings.Add(AggregateFindingCode.ControlCharacter, place);
        }

        if (HasMailbox(text))
        {
            findings.Add(AggregateFindingCode.LocalPart, place);
        }
    }

    // RFC 5322 section 3.2.3: dot-atom-text = 1*atext *("." 1*atext)
    private static bool IsDotAtom(ReadOnlySpan<char> text)
    {
        foreach (var range in text.Split('.'))
        {
            if (text[range].IsEmpty || text[range].ContainsAnyExcept(AtomCharacters))
            {
                return false;
            }
        }

        return true;
    }
}
