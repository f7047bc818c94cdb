using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EmailAuth.Arc;

/// <summary>Why a chain does not pass. A result gives it as a word (<see cref="ArcReasonKeyword"/>) beside the text.</summary>
internal enum ArcReason
{
    /// <summary>The header exceeds a limit, so a chain was not looked for.</summary>
    HeaderLimit,

    /// <summary>A seal says <c>cv=fail</c> (RFC 8617 section 5.2, steps 2 and 3).</summary>
    ChainClosed,

    /// <summary>The chain has more sets than a chain can have, or than are accepted (RFC 8617 section 4.2.1).</summary>
    SetLimit,

    /// <summary>A field does not say which set it belongs to.</summary>
    NoInstance,

    /// <summary>A field gives a set number that is not one, or cannot be read.</summary>
    InstanceSyntax,

    /// <summary>A set has a field more than once.</summary>
    RepeatedField,

    /// <summary>A set lacks a field.</summary>
    IncompleteSet,

    /// <summary>The newest message signature is malformed.</summary>
    MessageSignatureSyntax,

    /// <summary>A seal is malformed.</summary>
    SealSyntax,

    /// <summary>A seal gives a chain status that its place in the chain rules out.</summary>
    ChainStatusWrong,

    /// <summary>The newest message signature has expired.</summary>
    MessageSignatureExpired,

    /// <summary>The newest message signature or a seal is dated in the future.</summary>
    DatedInFuture,

    /// <summary>This machine cannot hash or verify.</summary>
    PlatformFault,

    /// <summary>The newest message signature does not pass; its own result says why.</summary>
    MessageSignatureFailed,

    /// <summary>A seal does not pass; its own result says why.</summary>
    SealFailed,
}

/// <summary>Why a chain does not pass: the reason, its text and the set, always together.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Text">The same in one line for people.</param>
/// <param name="Instance">The set that breaks the chain; null when no single one does.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ArcFault(ArcReason Reason, string Text, int? Instance = null);

/// <summary>The words of the reasons.</summary>
internal static class ArcReasonKeyword
{
    /// <summary>The reason as results and JSON give it. A word never changes.</summary>
    public static string Keyword(this ArcReason reason) => reason switch
    {
        ArcReason.HeaderLimit => "header_limit",
        ArcReason.ChainClosed => "chain_closed",
        ArcReason.SetLimit => "set_limit",
        ArcReason.NoInstance => "no_instance",
        ArcReason.InstanceSyntax => "instance_syntax",
        ArcReason.RepeatedField => "repeated_field",
        ArcReason.IncompleteSet => "incomplete_set",
        ArcReason.MessageSignatureSyntax => "message_signature_syntax",
        ArcReason.SealSyntax => "seal_syntax",
        ArcReason.ChainStatusWrong => "chain_status_wrong",
        ArcReason.MessageSignatureExpired => "message_signature_expired",
        ArcReason.DatedInFuture => "dated_in_future",
        ArcReason.PlatformFault => "platform_fault",
        ArcReason.MessageSignatureFailed => "message_signature_failed",
        ArcReason.SealFailed => "seal_failed",
        _ => throw new UnreachableException(),
    };
}
