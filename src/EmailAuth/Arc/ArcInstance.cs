using System.Globalization;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Arc;

/// <summary>Which set a field belongs to (RFC 8617 section 4.2.1): <c>i=</c>, a position from 1 to 50.</summary>
internal static class ArcInstance
{
    public const string Reason = "i= is not a number of one or two digits from 1 to 50 (RFC 8617 section 4.2.1)";

    /// <summary>What kind of fault <see cref="Reason"/> is in a signature field: a number that is too large, or not a number.</summary>
    public static SyntaxErrorCode CodeOf(scoped in SignatureTags tags) =>
        !tags.I.IsEmpty && !tags.I.ContainsAnyExceptInRange('0', '9') ? SyntaxErrorCode.OutOfRange : SyntaxErrorCode.Malformed;

    /// <summary>The instance of a signature field's <c>i=</c>; 0 when it is not valid.</summary>
    public static int Parse(ReadOnlySpan<char> value)
    {
        // position = 1*2DIGIT ; 1 - 50
        var isPosition = value.Length is 1 or 2 && !value.ContainsAnyExceptInRange('0', '9');
        return isPosition && int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) is var instance and <= ArcChain.MaxInstance
            ? instance
            : 0;
    }

    /// <summary>The instance of a signature field that is being read; 0 when it cannot be read.</summary>
    /// <param name="tags">The tags of the field.</param>
    /// <param name="isGiven">Whether the field has an instance, valid or not; true of a field that is not a tag list.</param>
    public static int Of(scoped in SignatureTags tags, out bool isGiven)
    {
        isGiven = !tags.IsTagList || tags.Has(SignatureTagName.I);
        return tags.IsTagList ? Parse(tags.I) : 0;
    }

    /// <summary>The instance with which an ARC-Authentication-Results field starts; 0 when it does not. What follows it is not read.</summary>
    /// <param name="value">Everything after the colon.</param>
    public static int OfResults(ReadOnlySpan<byte> value)
    {
        using var field = new DecodedField(value);
        return OfResults(field.Text);
    }

    // RFC 8617 sections 4.1.1 and 4.2.1: instance = [CFWS] %s"i" [CFWS] "=" [CFWS] position; arc-info = instance [CFWS] ";" authres-payload
    private static int OfResults(ReadOnlySpan<char> value)
    {
        var text = new StructuredText(value);
        if (!text.SkipCfws() || !text.TrySkip('i') || !text.SkipCfws() || !text.TrySkip('=') || !text.SkipCfws())
        {
            return 0;
        }

        var start = text.Position;
        while (CharacterClasses.IsDigit(text.Current))
        {
            text.TrySkip(text.Current);
        }

        var instance = Parse(text.From(start));
        return text.SkipCfws() && text.TrySkip(';') ? instance : 0;
    }
}
