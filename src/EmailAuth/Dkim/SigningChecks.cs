using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Dkim;

/// <summary>What cannot be signed well: a signature over it would break on the way, or vouch for what readers see differently.</summary>
internal static class SigningChecks
{
    /// <summary>The most octets of a line without its CRLF (RFC 5322 section 2.1.1).</summary>
    public const int MaxLineLength = 998;

    /// <summary>Why a header is not signed, or null.</summary>
    public static DkimSigningFault? Refuse(HeaderFieldIndex fields)
    {
        var header = fields.Header;
        if (header.LimitReason is { } limit)
        {
            return new(DkimSigningReason.HeaderLimit, $"the message is not signed: {limit}");
        }

        if (!header.Bytes.IsEmpty && CharacterClasses.IsWsp(header.Bytes.Span[0]))
        {
            return new(
                DkimSigningReason.LeadingWhiteSpace,
                "the message starts with white space: its first line would become part of the field above it (RFC 5322 section 2.2.3)");
        }

        if ((header.Defects & (HeaderDefects.BareCarriageReturn | HeaderDefects.BareLineFeed)) != HeaderDefects.None)
        {
            return new(
                DkimSigningReason.BareLineBreak,
                "the header has a CR without LF or an LF without CR, which hosts on the way repair or read as another field (RFC 5322 section 2.2)");
        }

        if (header.Defects.HasFlag(HeaderDefects.NullByte))
        {
            return new(DkimSigningReason.NulInHeader, "the header has a NUL, which hosts on the way remove (RFC 5322 section 4)");
        }

        if (header.Defects.HasFlag(HeaderDefects.MalformedField))
        {
            return new(
                DkimSigningReason.MalformedField,
                "a line of the header is neither a field nor the continuation of one: hosts on the way may take it for the body (RFC 5322 section 2.2)");
        }

        return fields.CountOf("from") switch
        {
            0 => new(DkimSigningReason.NoAuthor, "the message has no From field (RFC 5322 section 3.6)"),
            1 => LineLength.Longest(header.Bytes.Span) > MaxLineLength ? LongLine("the header") : null,
            var count => new(DkimSigningReason.SeveralAuthors, $"the message has {count} From fields where one is allowed (RFC 5322 section 3.6)"),
        };
    }

    /// <summary>Why a body is not signed, or null.</summary>
    public static DkimSigningFault? RefuseBody(BareLineBreaks breaks, LineLength lines)
    {
        if (breaks.IsFound)
        {
            return new(
                DkimSigningReason.BareLineBreak,
                "the body has a CR without LF or an LF without CR, which hosts on the way repair, and that breaks the signature (RFC 6376 section 5.3)");
        }

        return lines.Most > MaxLineLength ? LongLine("the body") : null;
    }

    /// <summary>The fault of a line that is too long.</summary>
    public static DkimSigningFault LongLine(string where) => new(
        DkimSigningReason.LongLine, $"a line of {where} has more than {MaxLineLength} octets, and hosts on the way break such lines (RFC 5322 section 2.1.1)");
}
