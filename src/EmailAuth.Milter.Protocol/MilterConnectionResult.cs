namespace EmailAuth.Milter.Protocol;

/// <summary>How a connection ended, and why.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public sealed class MilterConnectionResult
{
    internal static readonly MilterConnectionResult Quit = new() { End = MilterConnectionEnd.Quit, Reason = "the MTA has finished" };

    /// <summary>How it ended.</summary>
    public required MilterConnectionEnd End { get; init; }

    /// <summary>Why, in one line for the log. It may contain the error text of the transport, but never bytes that the MTA sent.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether the MTA broke the protocol, or the two sides could not agree: the connection cannot be used further.</summary>
    public bool IsViolation => End >= MilterConnectionEnd.InvalidPacketLength;

    /// <summary>The end and its reason.</summary>
    public override string ToString() => $"{End}: {Reason}";
}
