namespace EmailAuth.Inspection.Senders;

/// <summary>Whether a domain meets a requirement of a mailbox provider.</summary>
public enum RequirementState
{
    /// <summary>The provider does not ask for it.</summary>
    NotAsked,

    /// <summary>It cannot be seen from here, or not yet: the reason says what would show it.</summary>
    Unseen,

    /// <summary>It is met.</summary>
    Met,

    /// <summary>It is not met.</summary>
    NotMet,
}
