using System.Text;

namespace EmailAuth.Messages;

/// <summary>
/// Whether a message says of itself that it is a report about mail, or an answer to one. The sender chose every byte of it, so nothing but the
/// sending of further reports may depend on it.
/// </summary>
internal static class ReportMail
{
    // RFC 9990 section 3.5.2 and RFC 8460 section 5.3 give both kinds of reports the same form of a subject. An answer has something before it.
    private static ReadOnlySpan<byte> SubjectStart => "report domain:"u8;

    private static ReadOnlySpan<byte> SubjectContinuation => "submitter:"u8;

    public static bool Is(HeaderBlock header)
    {
        var (isAutomatic, isReportMedia) = (false, false);
        for (var i = 0; i < header.Count; i++)
        {
            var field = header[i];
            if ((field.IsNamed("Subject"u8) && IsReportSubject(field.Value)) || field.IsNamed("TLS-Report-Domain"u8))
            {
                return true;
            }

            if (field.IsNamed("Content-Type"u8))
            {
                // RFC 6522: bounces, feedback reports and TLS reports.
                var type = MediaType(field.Value);
                if (Ascii.EqualsIgnoreCase(type, "multipart/report"u8))
                {
                    return true;
                }

                isReportMedia |= IsReportMedia(type);
            }
            else if (field.IsNamed("Auto-Submitted"u8))
            {
                // RFC 3834 section 5: anything but "no" means that no person wrote it.
                isAutomatic |= !StartsWith(field.Value.Trim(" \t\r\n"u8), "no"u8);
            }
        }

        return isAutomatic && isReportMedia;
    }

    private static bool IsReportSubject(ReadOnlySpan<byte> value) =>
        IndexOf(value, SubjectStart) is var start and >= 0 && IndexOf(value[(start + SubjectStart.Length)..], SubjectContinuation) >= 0;

    // What aggregate and TLS reports are sent as when there is no text beside them.
    private static bool IsReportMedia(ReadOnlySpan<byte> type) =>
        Ascii.EqualsIgnoreCase(type, "application/gzip"u8) || Ascii.EqualsIgnoreCase(type, "application/x-gzip"u8)
            || Ascii.EqualsIgnoreCase(type, "application/zip"u8) || Ascii.EqualsIgnoreCase(type, "text/xml"u8)
            || Ascii.EqualsIgnoreCase(type, "application/xml"u8) || StartsWith(type, "application/tlsrpt+"u8);

    private static ReadOnlySpan<byte> MediaType(ReadOnlySpan<byte> value)
    {
        var end = value.IndexOf((byte)';');
        return (end < 0 ? value : value[..end]).Trim(" \t\r\n"u8);
    }

    private static bool StartsWith(ReadOnlySpan<byte> value, ReadOnlySpan<byte> start) =>
        value.Length >= start.Length && Ascii.EqualsIgnoreCase(value[..start.Length], start);

    // The two words are the first after a folding in many reports, so a subject is searched as it is.
    private static int IndexOf(ReadOnlySpan<byte> value, ReadOnlySpan<byte> word)
    {
        for (var from = 0; from < value.Length;)
        {
            var next = value[from..].IndexOfAny(word[0], (byte)(word[0] - 0x20));
            if (next < 0)
            {
                return -1;
            }

            if (StartsWith(value[(from + next)..], word))
            {
                return from + next;
            }

            from += next + 1;
        }

        return -1;
    }
}
