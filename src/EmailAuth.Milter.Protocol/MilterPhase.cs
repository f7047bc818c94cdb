using System.Diagnostics;

namespace EmailAuth.Milter.Protocol;

/// <summary>The position in the dialogue.</summary>
internal enum MilterPhase
{
    /// <summary>No packet has come.</summary>
    Opened,

    /// <summary>The options are agreed on; no client has connected.</summary>
    Negotiated,

    /// <summary>A client is connected, and no message has begun.</summary>
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
    /// <summary>The time at which a command came too early or too late.</summary>
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
