using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EmailAuth.Arc;

/// <summary>Why a message is not sealed. <see cref="ArcSealing.ReasonCode"/> gives it as a word beside the text.</summary>
internal enum ArcSealingReason
{
    /// <summary>The header exceeds a limit.</summary>
    HeaderLimit,

    /// <summary>The message starts with white space, which would continue the field that is added above it.</summary>
    LeadingWhiteSpace,

    /// <summary>A CR without LF or an LF without CR is in the header.</summary>
    BareLineBreak,

    /// <summary>The chain is closed (RFC 8617 section 5.1).</summary>
    ChainClosed,

    /// <summary>The chain has as many sets as a chain can have.</summary>
    SetLimit,

    /// <summary>The chain in the message that leaves is not the one that arrived.</summary>
    ChainChanged,
}

/// <summary>Why a message is not sealed: the reason and its text, always together.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Text">The same in one line for people.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ArcSealingFault(ArcSealingReason Reason, string Text);

/// <summary>The words of the reasons.</summary>
internal static class ArcSealingReasonKeyword
{
    /// <summary>The reason as <see cref="ArcSealing.ReasonCode"/> gives it. A word never changes.</summary>
    public static string Keyword(this ArcSealingReason reason) => reason switch
    {
        ArcSealingReason.HeaderLimit => "header_limit",
        ArcSealingReason.LeadingWhiteSpace => "leading_white_space",
        ArcSealingReason.BareLineBreak => "bare_line_break",
        ArcSealingReason.ChainClosed => "chain_closed",
        ArcSealingReason.SetLimit => "set_limit",
        ArcSealingReason.ChainChanged => "chain_changed",
        _ => throw new UnreachableException(),
    };
}
