using System.Buffers;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Results;

/// <summary>
/// Whether an Authentication-Results field that arrived claims to come from us (RFC 8601 section 5), by the reading of any reader that
/// may come behind us: one that is strict, one that is lenient, and one that gives up on comments or quotes.
/// </summary>
internal sealed class AuthservIdClaim
{
    // Honest fields are far shorter. Each reading of a field walks through all of it, and a header may have a megabyte.
    private const int MaxReadLength = 16 * 1024;

    private static readonly RemovalGround Claims = new(RemovalReason.ClaimsAuthservId, "the field claims our authserv-id (RFC 8601 section 5)");

    private static readonly RemovalGround ClaimsSimply =
        new(RemovalReason.ClaimsAuthservIdSimply, "the field claims our authserv-id to a simple reader (RFC 8601 section 5)");

    private static readonly RemovalGround TooLong =
        new(RemovalReason.TooLongToRead, "the field is too long to be read, and may hold our authserv-id (RFC 8601 section 5)");

    private readonly string _authservId;

    // Null without A-labels.
    private readonly string? _inULabels;

    public AuthservIdClaim(string authservId)
    {
        _authservId = InternationalizedLabel.ToALabels(CanonicalName.Of(authservId));
        _inULabels = HasALabels ? CanonicalName.Of(InternationalizedLabel.ToULabels(_authservId)) : null;
    }

    // Whether our name has A-labels, so that a text beyond ASCII may hold it in U-labels.
    private bool HasALabels => !Ascii.IsValid(_authservId) || _authservId.Contains("xn--", StringComparison.Ordinal);

    /// <summary>Why the value claims our authserv-id; null when it does not.</summary>
    /// <param name="value">What follows the colon.</param>
    public RemovalGround? ReasonFor(ReadOnlySpan<byte> value)
    {
        var hasEncodedWords = value.IndexOf("=?"u8) >= 0;
        string text;
        var characters = ArrayPool<char>.Shared.Rent(Encoding.UTF8.GetMaxCharCount(value.Length));
        try
        {
            // Most fields do not name us in any way; finding that out needs no string.
            var written = characters.AsSpan(0, Encoding.UTF8.GetChars(value, characters));
            if (!hasEncodedWords && (written.Length > MaxReadLength ? !MayMention(written) : !Mentions(written)))
            {
                return null;
            }

            text = written.ToString();
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }

        // Some readers decode encoded words before they look at structure.
        return ReasonInAnyForm(text) ?? (hasEncodedWords ? ReasonInAnyForm(EncodedWords.Decode(text)) : null);
    }

    // A reader that maps names as IDNA does, or normalizes a text, sees our name in "mx.exampl\u212f.org".
    private RemovalGround? ReasonInAnyForm(string text) =>
        ReasonInAnyAlphabet(text) ?? (CompatibilityForms.Map(text) is { } mapped ? ReasonInAnyAlphabet(mapped) : null);

    // Some readers drop what is not ASCII or ignore case beyond it: "\u00e9mx.example.org" is our name to them.
    private RemovalGround? ReasonInAnyAlphabet(string text) =>
        ReasonForAnyReading(text)
        ?? (Ascii.IsValid(text) ? null
            : ReasonForAnyReading(string.Concat(text.Where(char.IsAscii))) ?? ReasonForAnyReading(LenientCharacter.ToAscii(text)));

    // Reads the field as it is written, and as each kind of reader sees it without comments: some readers remove comments before they look
    // at anything else, so "mx.(x)example.org" is our name to them.
    private RemovalGround? ReasonForAnyReading(string text)
    {
        if (text.Length > MaxReadLength)
        {
            return MayMention(text) ? TooLong : null;
        }

        if (ReasonFor(text) is { } reason)
        {
            return reason;
        }

        var kept = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            return (text.Contains('(') ? ReasonWithoutComments(text, kept) : null)
                ?? (AnyPieceStartsAsOurs(text, kept) ? ClaimsSimply : null);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(kept);
        }
    }

    private RemovalGround? ReasonWithoutComments(string text, char[] kept)
    {
        foreach (var reading in CommentReading.All)
        {
            if (ReasonFor(kept.AsSpan(0, reading.Remove(text, kept)).ToString()) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    // Many readers split a field at every semicolon, even inside quotes or comments: 'a="("; mx.example.org; dkim=pass' has our name for them.
    private bool AnyPieceStartsAsOurs(ReadOnlySpan<char> text, char[] kept)
    {
        if (AnyPieceStartsAsOurs(text))
        {
            return true;
        }

        for (var reading = SimplerReadings.Count(text) - 1; reading >= 0; reading--)
        {
            if (AnyPieceStartsAsOurs(kept.AsSpan(0, SimplerReadings.Remove(reading, text, kept))))
            {
                return true;
            }
        }

        return false;
    }

    private bool AnyPieceStartsAsOurs(ReadOnlySpan<char> text)
    {
        // What else IDNA maps to our U-labels is looked for in the first piece only: mapping is the slowest step, and a sender could write a
        // U-label every few octets.
        var end = text.IndexOf(';');
        var first = end < 0 ? text : text[..end];
        if (!Ascii.IsValid(first) && HasALabels && IsOurs(first[..FirstWordLength(first)]))
        {
            return true;
        }

        foreach (var piece in text.Split(';'))
        {
            if (StartsAsOurs(text[piece]))
            {
                return true;
            }
        }

        return false;
    }

    private static int FirstWordLength(ReadOnlySpan<char> text)
    {
        var start = text.IndexOfAnyExcept(LenientCharacter.WhiteSpace);
        var length = start < 0 ? -1 : text[start..].IndexOfAny(LenientCharacter.WhiteSpace);
        return length < 0 ? text.Length : start + length;
    }

    private bool StartsAsOurs(ReadOnlySpan<char> text) => StartsWith(text, _authservId) || (_inULabels is not null && StartsWith(text, _inULabels));

    // Whether a text starts with a name, by the reading of CanonicalName, and the name ends there.
    private static bool StartsWith(ReadOnlySpan<char> text, string name)
    {
        var matched = 0;
        for (var position = 0; position < text.Length; position++)
        {
            if (matched == name.Length && matched > 0)
            {
                var behind = text[position..].TrimStart('.');
                return behind.IsEmpty || CanonicalName.CharacterOf(behind[0]) is not { } next || !CharacterClasses.Token.Contains(next);
            }

            if (CanonicalName.CharacterOf(text[position]) is { } c && (matched == name.Length || c != name[matched++]))
            {
                return false;
            }
        }

        return matched == name.Length && matched > 0;
    }

    // Behind the instance with which ARC-Authentication-Results starts (RFC 8617 section 4.1.1) a whole field follows.
    private RemovalGround? ReasonFor(string text)
    {
        var semicolon = text.IndexOf(';', StringComparison.Ordinal);
        return ReasonForField(text)
            ?? (semicolon > 0 && CanonicalName.Of(text.AsSpan(0, semicolon)) is ['i', '=', .. var instance] && !instance.AsSpan().ContainsAnyExceptInRange('0', '9')
                ? ReasonForField(text[(semicolon + 1)..])
                : null);
    }

    private RemovalGround? ReasonForField(string text)
    {
        // A reader may take the authserv-id from any part between semicolons; some products write one before each method.
        if (AnyPartIsOurs(text) || StartsAsOursToSimplerReaders(text))
        {
            return Claims;
        }

        return AuthenticationResultsReader.Parse(text.AsSpan()).Error is { } error && MayBeTakenAsOurs(text)
            ? new RemovalGround(RemovalReason.MalformedClaim, $"the field cannot be read and starts with our authserv-id: {error} (RFC 8601 section 5)")
            : null;
    }

    // Whether our name appears anywhere in a value, by the reading of CanonicalName, whatever simpler readers take out of it.
    private bool Mentions(ReadOnlySpan<char> value)
    {
        if (!MayMention(value))
        {
            return false;
        }

        if (!Ascii.IsValid(value))
        {
            return true;
        }

        var kept = ArrayPool<char>.Shared.Rent(value.Length);
        var mentions = MentionsAsIs(value, kept);
        for (var reading = SimplerReadings.Count(value) - 1; reading >= 0 && !mentions; reading--)
        {
            mentions = MentionsAsIs(kept.AsSpan(0, SimplerReadings.Remove(reading, value, kept)), kept);
        }

        ArrayPool<char>.Shared.Return(kept);
        return mentions;
    }

    // Removing text keeps the order of the rest: a value that does not have the characters of our name in their order has our name in no
    // reading, except in U-labels.
    private bool MayMention(ReadOnlySpan<char> value)
    {
        if (Ascii.IsValid(value))
        {
            return MayMentionInAscii(value);
        }

        if (HasALabels)
        {
            return true;
        }

        var matched = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            if (CompatibilityForms.Of(rune.Value) is { } form)
            {
                foreach (var c in form)
                {
                    matched += matched < _authservId.Length && c == _authservId[matched] ? 1 : 0;
                }
            }
            else if (matched < _authservId.Length && rune.IsBmp)
            {
                var c = (char)rune.Value;
                matched += CanonicalName.CharacterOf(c) == _authservId[matched] || LenientCharacter.Of(c) == _authservId[matched] ? 1 : 0;
            }

            if (matched == _authservId.Length)
            {
                return true;
            }
        }

        return matched == _authservId.Length;
    }

    // Our name is in lower case; in ASCII the only other form of a letter is its capital.
    private bool MayMentionInAscii(ReadOnlySpan<char> value)
    {
        foreach (var c in _authservId)
        {
            var found = value.IndexOfAny(c, char.ToUpperInvariant(c));
            if (found < 0)
            {
                return false;
            }

            value = value[(found + 1)..];
        }

        return true;
    }

    // The output may overwrite the input: it is never longer.
    private bool MentionsAsIs(ReadOnlySpan<char> value, Span<char> kept)
    {
        var length = 0;
        foreach (var c in value)
        {
            if (CanonicalName.CharacterOf(c) is { } canonical)
            {
                kept[length++] = canonical;
            }
        }

        return kept[..length].IndexOf(_authservId) >= 0;
    }

    // What a reader that gives up on comments or quotes could take as the authserv-id. A first part with "=" is a result of a field
    // without authserv-id: our name in it is the domain of some address, unless it comes first.
    private bool MayBeTakenAsOurs(string text)
    {
        var uncommented = new StructuredText(text);
        uncommented.SkipCfws();
        var semicolon = text.IndexOf(';', StringComparison.Ordinal);
        var first = CanonicalName.Of(semicolon < 0 ? text : text.AsSpan(0, semicolon));
        return IsFoundAtStart(CanonicalName.Of(text.AsSpan(uncommented.Position)))
            || IsFoundAtStart(first)
            || (!first.Contains('=', StringComparison.Ordinal) && IsFound(first));
    }

    // In A-labels as a whole the text is another one where more than our name is beyond ASCII.
    private bool IsFoundAtStart(string text) =>
        text.StartsWith(_authservId, StringComparison.Ordinal)
        || (_inULabels is not null && text.StartsWith(_inULabels, StringComparison.Ordinal))
        || InternationalizedLabel.ToALabels(text).StartsWith(_authservId, StringComparison.Ordinal);

    private bool IsFound(string text) =>
        text.Contains(_authservId, StringComparison.Ordinal)
        || (_inULabels is not null && text.Contains(_inULabels, StringComparison.Ordinal))
        || InternationalizedLabel.ToALabels(text).Contains(_authservId, StringComparison.Ordinal);

    // Also when only the start of it is ours, to a reader that stops where a token does.
    private bool IsOurs(ReadOnlySpan<char> authservId)
    {
        var canonical = InternationalizedLabel.ToALabels(CanonicalName.Of(authservId));
        return canonical == _authservId
            || (canonical.StartsWith(_authservId, StringComparison.Ordinal) && !CharacterClasses.Token.Contains(canonical[_authservId.Length]));
    }

    // Comments nest and know escapes (RFC 5322 section 3.2.2); a reader that forgets either finds another authserv-id behind them.
    private bool StartsAsOursToSimplerReaders(ReadOnlySpan<char> value) =>
        value.Contains('(')
        && (IsOursBehindComments(value, new CommentReading(Nests: false, Escapes: true, Quotes: true))
            || IsOursBehindComments(value, new CommentReading(Nests: true, Escapes: false, Quotes: true))
            || IsOursBehindComments(value, new CommentReading(Nests: false, Escapes: false, Quotes: true)));

    private bool IsOursBehindComments(ReadOnlySpan<char> value, CommentReading comments)
    {
        var text = new StructuredText(value, comments);
        return text.SkipCfws() && !text.AtEnd && text.TryReadValue(out var first) && IsOurs(StructuredText.Content(first));
    }

    private bool AnyPartIsOurs(ReadOnlySpan<char> value)
    {
        var text = new StructuredText(value);
        while (text.SkipCfws() && !text.AtEnd)
        {
            if (!text.TryReadValue(out var part))
            {
                return false;
            }

            if (IsOurs(StructuredText.Content(part)))
            {
                return true;
            }

            // Skips to what follows the next semicolon.
            while (text.SkipCfws() && !text.AtEnd && !text.TrySkip(';'))
            {
                var start = text.Position;
                if (!text.TryReadValue(out _) || text.Position == start)
                {
                    return false;
                }
            }
        }

        return false;
    }
}
