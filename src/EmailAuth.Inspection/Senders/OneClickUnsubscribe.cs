namespace EmailAuth.Inspection.Senders;

/// <summary>Whether recipients of a message can unsubscribe with one click (RFC 8058).</summary>
public enum OneClickUnsubscribe
{
    /// <summary>The message does not have both fields.</summary>
    Absent,

    /// <summary>A field is not valid.</summary>
    Invalid,

    /// <summary>The fields are valid, but no valid signature of the author's organization covers both.</summary>
    Unsigned,

    /// <summary>The fields are valid, and a valid signature of the author's organization covers both.</summary>
    Works,
}
