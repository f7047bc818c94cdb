namespace EmailAuth.Reports.Feedback;

/// <summary>What became of the message (RFC 6591 section 3.2.2, <c>Delivery-Result</c>).</summary>
public enum DeliveryResult
{
    /// <summary>The report does not say it, or has a word that is not registered.</summary>
    Unknown,

    /// <summary><c>delivered</c>: it was delivered.</summary>
    Delivered,

    /// <summary><c>spam</c>: it was delivered to a place for spam.</summary>
    Spam,

    /// <summary><c>policy</c>: it was not delivered because of a policy.</summary>
    Policy,

    /// <summary><c>reject</c>: it was refused.</summary>
    Reject,

    /// <summary><c>other</c>: something else was done.</summary>
    Other,
}
