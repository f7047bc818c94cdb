namespace EmailAuth.Reports.Store.Delivery.Queue;

/// <summary>Where a delivery is.</summary>
public enum DeliveryState
{
    /// <summary>It waits for its time, or a sender has it.</summary>
    Open,

    /// <summary>A host took the mail; for the plan of a report: its addresses are known.</summary>
    Sent,

    /// <summary>The recipient's host refused it for good.</summary>
    Refused,

    /// <summary>It was tried for as long as allowed.</summary>
    GivenUp,

    /// <summary>The address is suppressed.</summary>
    Suppressed,

    /// <summary>A bounce came back after a host took the mail.</summary>
    Bounced,
}
