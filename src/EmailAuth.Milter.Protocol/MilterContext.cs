namespace EmailAuth.Milter.Protocol;

/// <summary>What a handler can ask about its connection.</summary>
/// <remarks>Not thread-safe: read it only within the handler's methods.</remarks>
public sealed class MilterContext
{
    internal MilterContext()
    {
    }

    /// <summary>The version of the protocol that is spoken, 2 to 6; 0 before the negotiation.</summary>
    public int ProtocolVersion => (int)(Agreed?.Version ?? 0);

    /// <summary>What the milter may do: what it wanted and the MTA offered.</summary>
    public MilterActions Actions => Agreed?.Actions ?? MilterActions.None;

    /// <summary>What the dialogue leaves out: what the milter wanted and the MTA offered.</summary>
    public MilterSteps Steps => Agreed?.Steps ?? MilterSteps.None;

    /// <summary>The macros that the MTA gave.</summary>
    public MilterMacros Macros { get; } = new();

    internal MilterNegotiation? Agreed { get; set; }
}
