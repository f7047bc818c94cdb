using System.Buffers.Binary;
using System.Globalization;

namespace EmailAuth.Milter.Protocol;

/// <summary>What MTA and milter agreed on at the start of a connection.</summary>
/// <param name="Version">The protocol's version, 2 to 6.</param>
/// <param name="Actions">What the milter may do.</param>
/// <param name="Steps">What the dialogue leaves out.</param>
internal sealed record MilterNegotiation(uint Version, MilterActions Actions, MilterSteps Steps)
{
    /// <summary>The oldest version that we speak: that of Sendmail 8.11.</summary>
    public const uint OldestVersion = 2;

    /// <summary>The newest: that of Sendmail 8.14 and Postfix 2.6.</summary>
    public const uint NewestVersion = 6;

    private const int OfferBytes = 12;

    /// <summary>Whether field values come with the white space after the colon, and leave with it.</summary>
    public bool HasLeadingSpace => Steps.HasFlag(MilterSteps.HeaderLeadingSpace);

    /// <summary>Answers the MTA's offer.</summary>
    /// <param name="offer">The payload of the MTA's first packet.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="error">Why the connection cannot continue, when the result is null.</param>
    public static MilterNegotiation? Answer(ReadOnlySpan<byte> offer, MilterConnectionOptions options, out (MilterConnectionEnd End, string Reason) error)
    {
        error = default;

        // Later versions may append to the offer.
        if (offer.Length < OfferBytes)
        {
            error = (MilterConnectionEnd.MalformedPacket, string.Create(
                CultureInfo.InvariantCulture, $"an offer of {offer.Length} bytes; the version, actions and steps need {OfferBytes}"));
            return null;
        }

        var version = BinaryPrimitives.ReadUInt32BigEndian(offer);
        if (version < OldestVersion)
        {
            error = (MilterConnectionEnd.UnsupportedVersion, string.Create(
                CultureInfo.InvariantCulture, $"protocol version {version}; the oldest supported version is {OldestVersion}"));
            return null;
        }

        var actions = (MilterActions)BinaryPrimitives.ReadUInt32BigEndian(offer[4..]);
        if ((options.RequiredActions & ~actions) is not MilterActions.None and var lacking)
        {
            error = (MilterConnectionEnd.ActionNotOffered, $"the MTA does not let a milter {lacking.Describe()}, which this milter needs");
            return null;
        }

        var steps = (MilterSteps)BinaryPrimitives.ReadUInt32BigEndian(offer[8..]);
        var wanted = options.RequiredActions | options.OptionalActions | (options.Macros.IsEmpty ? MilterActions.None : MilterActions.SetMacroList);
        return new MilterNegotiation(Math.Min(version, NewestVersion), actions & wanted, steps & options.Steps);
    }
}
