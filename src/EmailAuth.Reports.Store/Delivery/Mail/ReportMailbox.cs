using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Store.Delivery.Mail;

/// <summary>A mailbox that needs no quoting in a header field or an SMTP command: a dot-atom and a domain. Immutable.</summary>
public sealed class ReportMailbox
{
    // RFC 5321 section 4.5.3.1.1.
    private const int MaxLocalPart = 64;

    // RFC 5322 section 3.2.3: dot-atom-text.
    private static readonly SearchValues<char> DotAtom =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    private ReportMailbox(string localPart, DomainName domain) => (LocalPart, Domain) = (localPart, domain);

    /// <summary>What is before the at sign.</summary>
    public string LocalPart { get; }

    /// <summary>What is after it.</summary>
    public DomainName Domain { get; }

    /// <summary>Reads a mailbox.</summary>
    /// <param name="text">The text, such as <c>dmarc-reports@example.org</c>.</param>
    /// <param name="mailbox">The mailbox; null when the text is not one of this form.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ReportMailbox? mailbox)
    {
        mailbox = null;
        var at = text?.IndexOf('@', StringComparison.Ordinal) ?? -1;
        if (at is <= 0 or > MaxLocalPart || !IsDotAtom(text.AsSpan(0, at)) || DomainName.Parse(text.AsSpan(at + 1)).Value is not { } domain)
        {
            return false;
        }

        mailbox = new ReportMailbox(text![..at], domain);
        return true;
    }

    /// <summary>The address.</summary>
    public override string ToString() => $"{LocalPart}@{Domain}";

    private static bool IsDotAtom(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExcept(DotAtom) && text[0] != '.' && text[^1] != '.' && text.IndexOf("..", StringComparison.Ordinal) < 0;
}
