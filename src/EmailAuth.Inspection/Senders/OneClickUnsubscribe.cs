namespace EmailAuth.Inspection.Senders;

/// <summary>Whether recipients of a message can unsubscribe with one click (RFC 8058).</summary>
public enum OneClickUnsubscribe
{
    /// <summary>The message has no List-Unsubscribe-Post, and so does not offer it.</summary>
    Absent,

    /// <summary>A field is not valid.</summary>
    Invalid,

    /// <summary>The fields are valid, but no valid signature of the author's organization covers both.</summary>
    Unsigned,

    /// <summary>The fields are valid, and a valid signature of the author's organization covers both.</summary>
    Works,
}
