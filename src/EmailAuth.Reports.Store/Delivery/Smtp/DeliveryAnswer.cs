namespace EmailAuth.Reports.Store.Delivery.Smtp;

/// <summary>What became of an attempt to mail a report.</summary>
public enum DeliveryAnswer
{
    /// <summary>A host took the mail.</summary>
    Sent,

    /// <summary>The recipient's host refused the address or the mail for good.</summary>
    Refused,

    /// <summary>Nothing is decided: the host could not be reached, or asks to come again.</summary>
    Deferred,
}
