using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Syntax;

namespace EmailAuth.Milter.Protocol;

/// <summary>What MTA and milter agreed on at the start of a connection.</summary>
/// <param name="Version">The protocol's version, 2 to 6.</param>
/// <param name="Actions">What the milter may do.</param>
/// <param name="Steps">What the dialogue leaves out.</param>
internal sealed record MilterNegotiation(uint Version, MilterActions Actions, MilterProtocolFlags Steps)
{
    /// <summary>The oldest version that we speak: that of Sendmail 8.11.</summary>
    public const uint OldestVersion = 2;

    /// <summary>The newest: that of Sendmail 8.14 and Postfix 2.6.</summary>
    public const uint NewestVersion = 6;

    private const int OfferBytes = 12;

    private const MilterActions WantedActions =
        MilterActions.AddHeaders | MilterActions.ChangeHeaders | MilterActions.Quarantine | MilterActions.SetMacroList;

    // CONNECT and MAIL keep their replies: there clients that are left unchecked and authenticated ones are let through. Recipients are wanted
    // for those who observe, but not those that the MTA rejects (RejectedRecipients): the message does not go to them.
    private const MilterProtocolFlags WantedSteps =
        MilterProtocolFlags.NoReplyToRecipient | MilterProtocolFlags.NoData | MilterProtocolFlags.NoUnknown | MilterProtocolFlags.NoReplyToHelo | MilterProtocolFlags.NoReplyToHeader |
        MilterProtocolFlags.NoReplyToEndOfHeaders | MilterProtocolFlags.NoReplyToBody | MilterProtocolFlags.Skip | MilterProtocolFlags.HeaderLeadingSpace;

    /// <summary>The macros that we ask for, where the MTA can be asked; the others need not be sent at all.</summary>
    public static ImmutableArray<(MilterMacroStage Stage, string Macros)> MacroLists { get; } =
    [
        (MilterMacroStage.Connect, "j {daemon_name} {client_addr}"),
        (MilterMacroStage.Mail, "i {auth_authen}"),
        (MilterMacroStage.EndOfMessage, "i"),
    ];

    /// <summary>Whether field values come with the white space after the colon, and leave with it.</summary>
    public bool HasLeadingSpace => Steps.HasFlag(MilterProtocolFlags.HeaderLeadingSpace);

    /// <summary>Answers an offer.</summary>
    /// <param name="offer">The payload of the MTA's first packet.</param>
    public static ParseResult<MilterNegotiation> Answer(ReadOnlySpan<byte> offer)
    {
        // Later versions may append to the offer.
        if (offer.Length < OfferBytes)
        {
            return new SyntaxError(0, string.Create(
                CultureInfo.InvariantCulture, $"an offer of {offer.Length} bytes; it has a version, actions and steps: {OfferBytes}"));
        }

        var version = BinaryPrimitives.ReadUInt32BigEndian(offer);
        if (version < OldestVersion)
        {
            return new SyntaxError(0, string.Create(
                CultureInfo.InvariantCulture, $"protocol version {version}; the oldest that is spoken is {OldestVersion}"));
        }

        var actions = (MilterActions)BinaryPrimitives.ReadUInt32BigEndian(offer[4..]);
        if (!actions.HasFlag(MilterActions.AddHeaders))
        {
            return new SyntaxError(4, "the MTA does not let a milter add header fields, which is all that this one is for");
        }

        var steps = (MilterProtocolFlags)BinaryPrimitives.ReadUInt32BigEndian(offer[8..]);
        return new MilterNegotiation(Math.Min(version, NewestVersion), actions & WantedActions, steps & WantedSteps);
    }
}
