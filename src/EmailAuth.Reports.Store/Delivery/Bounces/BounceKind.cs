namespace EmailAuth.Reports.Store.Delivery.Bounces;

/// <summary>What a mail to a return path says.</summary>
public enum BounceKind
{
    /// <summary>The mail was not delivered, for good.</summary>
    Failed,

    /// <summary>It is still tried, or was delivered or passed on.</summary>
    NotFailed,

    /// <summary>A program answers for a person, such as during a holiday.</summary>
    AutomaticReply,
}
