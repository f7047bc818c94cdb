using System.Diagnostics;

namespace EmailAuth.Results;

/// <summary>Why a field that arrived must not reach a reader behind us.</summary>
internal enum RemovalReason
{
    /// <summary>The field has our authserv-id.</summary>
    ClaimsAuthservId,

    /// <summary>The field has our authserv-id for a reader that is simpler than the grammar.</summary>
    ClaimsAuthservIdSimply,

    /// <summary>The field cannot be read, and starts with our authserv-id.</summary>
    MalformedClaim,

    /// <summary>The field is too long to be read, and may hold our authserv-id.</summary>
    TooLongToRead,

    /// <summary>A line end in the field, such as a bare CR or LF, hides another field, which has our authserv-id.</summary>
    HiddenClaim,

    /// <summary>The field is Received-SPF, which this receiver writes itself.</summary>
    OwnReceivedSpf,

    /// <summary>Only a receiver may set the field.</summary>
    SetByReceiverOnly,

    /// <summary>The field is the first one and starts with white space or a control character: it would continue the field that is added above it.</summary>
    LeadingWhiteSpace,
}

/// <summary>A code with its text, made together.</summary>
/// <param name="Code">The kind of reason.</param>
/// <param name="Text">The reason in one line.</param>
internal sealed record RemovalGround(RemovalReason Code, string Text);

/// <summary>The codes as JSON has them.</summary>
internal static class RemovalReasonKeyword
{
    public static string Keyword(this RemovalReason reason) => reason switch
    {
        RemovalReason.ClaimsAuthservId => "claims_authserv_id",
        RemovalReason.ClaimsAuthservIdSimply => "claims_authserv_id_simply",
        RemovalReason.MalformedClaim => "malformed_claim",
        RemovalReason.TooLongToRead => "too_long_to_read",
        RemovalReason.HiddenClaim => "hidden_claim",
        RemovalReason.OwnReceivedSpf => "own_received_spf",
        RemovalReason.SetByReceiverOnly => "set_by_receiver_only",
        RemovalReason.LeadingWhiteSpace => "leading_white_space",
        _ => throw new UnreachableException(),
    };
}
