using System.Diagnostics;

namespace EmailAuth.Milter.Protocol;

/// <summary>Where a dialogue is.</summary>
internal enum MilterPhase
{
    /// <summary>Nothing was said.</summary>
    Opened,

    /// <summary>Options are agreed on; a client is to come.</summary>
    Negotiated,

    /// <summary>A client is there, and no message.</summary>
    Connected,

    /// <summary>MAIL was said.</summary>
    Envelope,

    /// <summary>Fields come.</summary>
    Header,

    /// <summary>The header has ended.</summary>
    Body,
}

/// <summary>The words for phases.</summary>
internal static class MilterPhaseText
{
    /// <summary>When something came too early or too late.</summary>
    public static string Moment(this MilterPhase phase) => phase switch
    {
        MilterPhase.Opened => "before the negotiation",
        MilterPhase.Negotiated => "before CONNECT",
        MilterPhase.Connected => "before MAIL",
        MilterPhase.Envelope => "after MAIL",
        MilterPhase.Header => "within the header",
        MilterPhase.Body => "after the header",
        _ => throw new UnreachableException(),
    };
}
