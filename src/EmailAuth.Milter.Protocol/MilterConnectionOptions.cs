using System.Collections.Immutable;

namespace EmailAuth.Milter.Protocol;

/// <summary>What a milter asks of an MTA, and the limits of a connection.</summary>
/// <remarks>Immutable; one can serve all connections.</remarks>
public sealed class MilterConnectionOptions
{
    internal static readonly MilterConnectionOptions Default = new();

    // The longest time that a timer can be set to.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>
    /// The actions that the milter needs. If the MTA does not offer all of them, the connection ends with
    /// <see cref="MilterConnectionEnd.ActionNotOffered"/>. By default none.
    /// </summary>
    public MilterActions RequiredActions { get; init; }

    /// <summary>
    /// The actions that the milter uses if the MTA offers them; <see cref="MilterContext.Actions"/> has those that were agreed on. By default none.
    /// </summary>
    public MilterActions OptionalActions { get; init; }

    /// <summary>The steps to leave out, if the MTA offers that. By default none: every step is sent and gets a reply.</summary>
    public MilterSteps Steps { get; init; }

    /// <summary>
    /// The macros to ask for: names separated by spaces, such as <c>i {auth_authen}</c>. For a step that is not listed, the MTA sends the macros
    /// of its own configuration; so does an MTA that cannot be asked. By default none is asked for.
    /// </summary>
    public ImmutableSortedDictionary<MilterMacroStage, string> Macros { get; init; } = ImmutableSortedDictionary<MilterMacroStage, string>.Empty;

    /// <summary>
    /// The longest packet that is read, in bytes, its command included: 1,100,000 by default, at least 65,536, which is what a piece of a
    /// body may take. A header field is one packet.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 65,536.</exception>
    public int MaxPacketBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 65_536);
            field = value;
        }
    } = 1_100_000;

    /// <summary>How long an MTA may be silent between packets: 2 hours by default, as libmilter has it; above zero, at most 49 days.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside this range.</exception>
    public TimeSpan IdleTimeout
    {
        get;
        init => field = Checked(value);
    } = TimeSpan.FromHours(2);

    /// <summary>
    /// How long the rest of a packet may take, and how long the MTA may take to read a reply: 60 seconds by default; above zero, at most 49
    /// days.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside this range.</exception>
    public TimeSpan PacketTimeout
    {
        get;
        init => field = Checked(value);
    } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How often an MTA that waits for <see cref="MilterHandler.OnEndOfMessageAsync"/> is told that the milter is still working, which restarts
    /// its timer: 5 seconds by default; above zero, at most 49 days.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside this range.</exception>
    public TimeSpan ProgressInterval
    {
        get;
        init => field = Checked(value);
    } = TimeSpan.FromSeconds(5);

    /// <summary>The clock of the timeouts; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    private static TimeSpan Checked(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Longest);
        return value;
    }
}
