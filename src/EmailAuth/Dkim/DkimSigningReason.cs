using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EmailAuth.Dkim;

/// <summary>Why a message is not signed. <see cref="DkimSigning.ReasonCode"/> gives it as a word beside the text.</summary>
internal enum DkimSigningReason
{
    /// <summary>The header exceeds a limit.</summary>
    HeaderLimit,

    /// <summary>The message starts with white space, which would continue the field that is added above it.</summary>
    LeadingWhiteSpace,

    /// <summary>There is no From field.</summary>
    NoAuthor,

    /// <summary>There are several From fields.</summary>
    SeveralAuthors,

    /// <summary>A CR without LF or an LF without CR is in the header or in the body.</summary>
    BareLineBreak,

    /// <summary>A NUL is in the header.</summary>
    NulInHeader,

    /// <summary>A line of the header is no field.</summary>
    MalformedField,

    /// <summary>A line has more than 998 octets.</summary>
    LongLine,

    /// <summary>The published record does not verify what the key signs.</summary>
    KeyMismatch,
}

/// <summary>Why a message is not signed: the reason and its text, always together.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Text">The same in one line for people.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DkimSigningFault(DkimSigningReason Reason, string Text);

/// <summary>The words of the reasons.</summary>
internal static class DkimSigningReasonKeyword
{
    /// <summary>The reason as <see cref="DkimSigning.ReasonCode"/> gives it. A word never changes.</summary>
    public static string Keyword(this DkimSigningReason reason) => reason switch
    {
        DkimSigningReason.HeaderLimit => "header_limit",
        DkimSigningReason.LeadingWhiteSpace => "leading_white_space",
        DkimSigningReason.NoAuthor => "no_author",
        DkimSigningReason.SeveralAuthors => "several_authors",
        DkimSigningReason.BareLineBreak => "bare_line_break",
        DkimSigningReason.NulInHeader => "nul_in_header",
        DkimSigningReason.MalformedField => "malformed_field",
        DkimSigningReason.LongLine => "long_line",
        DkimSigningReason.KeyMismatch => "key_mismatch",
        _ => throw new UnreachableException(),
    };
}
