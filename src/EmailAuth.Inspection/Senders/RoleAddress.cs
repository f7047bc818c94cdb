namespace EmailAuth.Inspection.Senders;

/// <summary>What a mail host replied when it was asked whether it accepts mail to a role address, such as postmaster. Immutable.</summary>
public sealed class RoleAddress
{
    /// <summary>The address.</summary>
    public required string Address { get; init; }

    /// <summary>Whether the address is accepted; null when that is not known, as with a refusal that is temporary or of the client.</summary>
    public bool? IsAccepted { get; init; }

    /// <summary>The reply, or why it did not come, in one line.</summary>
    public required string Reply { get; init; }
}
