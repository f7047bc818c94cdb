namespace EmailAuth.Inspection.Senders;

/// <summary>A requirement of one mailbox provider. Immutable.</summary>
public sealed class ProviderRequirement
{
    /// <summary>The provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Whether the provider asks for it, and the domain meets it.</summary>
    public RequirementState State { get; init; }

    /// <summary>Whether the provider only advises it.</summary>
    public bool IsAdvice { get; init; }

    /// <summary>To whom it applies and where the provider says so; null when it does not ask.</summary>
    public string? Source { get; init; }
}
