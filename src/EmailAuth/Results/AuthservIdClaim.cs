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

    public AuthservIdClaim(string authservId) => _authservId = Canonical(authservId);

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
        return ReasonForAnyReading(text) ?? (hasEncodedWords ? ReasonForAnyReading(EncodedWords.Decode(text)) : null);
    }

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
        // U-labels are mapped in the first piece only: mapping is the slowest step, and a sender could write a U-label every few octets.
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
        var start = text.IndexOfAnyExcept(CharacterClasses.FoldingWhiteSpace);
        var length = start < 0 ? -1 : text[start..].IndexOfAny(CharacterClasses.FoldingWhiteSpace);
        return length < 0 ? text.Length : start + length;
    }

    // Whether a text starts with our name, by the reading of Canonical, and the name ends there.
    private bool StartsAsOurs(ReadOnlySpan<char> text)
    {
        var matched = 0;
        for (var position = 0; position < text.Length; position++)
        {
            if (matched == _authservId.Length && matched > 0)
            {
                var behind = text[position..].TrimStart('.');
                return behind.IsEmpty || CanonicalCharacter(behind[0]) is not { } next || !CharacterClasses.Token.Contains(next);
            }

            if (CanonicalCharacter(text[position]) is { } c && (matched == _authservId.Length || c != _authservId[matched++]))
            {
                return false;
            }
        }

        return matched == _authservId.Length && matched > 0;
    }

    // Behind the instance with which ARC-Authentication-Results starts (RFC 8617 section 4.1.1) a whole field follows.
    private RemovalGround? ReasonFor(string text)
    {
        var semicolon = text.IndexOf(';', StringComparison.Ordinal);
        return ReasonForField(text)
            ?? (semicolon > 0 && Canonical(text.AsSpan(0, semicolon)) is ['i', '=', .. var instance] && !instance.AsSpan().ContainsAnyExceptInRange('0', '9')
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

    // Whether our name appears anywhere in a value, by the reading of Canonical, whatever simpler readers take out of it.
    private bool Mentions(ReadOnlySpan<char> value)
    {
        if (!MayMention(value))
        {
            return false;
        }

        if (!Ascii.IsValid(value) && HasALabels)
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
        foreach (var c in value)
        {
            if (matched == _authservId.Length)
            {
                break;
            }

            matched += CanonicalCharacter(c) == _authservId[matched] ? 1 : 0;
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
            if (CanonicalCharacter(c) is { } canonical)
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
        var first = Canonical(semicolon < 0 ? text : text.AsSpan(0, semicolon));
        return Canonical(text.AsSpan(uncommented.Position)).StartsWith(_authservId, StringComparison.Ordinal)
            || first.StartsWith(_authservId, StringComparison.Ordinal)
            || (first.Contains(_authservId, StringComparison.Ordinal) && !first.Contains('=', StringComparison.Ordinal));
    }

    // Also when only the start of it is ours, to a reader that stops where a token does.
    private bool IsOurs(ReadOnlySpan<char> authservId)
    {
        var canonical = Canonical(authservId);
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

    // Lower case, A-labels, ASCII for full-width forms; without trailing dots, quotes, white space and what cannot be seen.
    private static string Canonical(ReadOnlySpan<char> text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (CanonicalCharacter(c) is { } canonical)
            {
                kept.Append(canonical);
            }
        }

        return ToALabels(kept.ToString().TrimEnd('.'));
    }

    private static char? CanonicalCharacter(char c) => c switch
    {
        '\\' or '"' or '\u00ad' or '\ufeff' => null,
        <= ' ' or >= '\u007f' and <= '\u00a0' => null,
        >= '\u200b' and <= '\u200f' or >= '\u202a' and <= '\u202e' or >= '\u2060' and <= '\u206f' => null,
        '\u3002' or '\uff0e' or '\uff61' => '.', // RFC 3490 section 3.1: what IDNA takes as a dot
        >= '\uff01' and <= '\uff5e' => char.ToLowerInvariant((char)(c - '\uff01' + '!')),
        _ => char.ToLowerInvariant(c),
    };

    // A sender may write a name every few bytes: a name without A-labels is compared as it is written, and nothing throws on the way.
    private static string ToALabels(string name)
    {
        if (Ascii.IsValid(name) || name.Length > DomainName.MaxLength || LabelMapping.Map(name) is not { } mapped)
        {
            return name;
        }

        Span<char> ascii = stackalloc char[DomainName.MaxLength];
        return InternationalizedLabel.TryToAscii(mapped, ascii, out var length) ? ascii[..length].ToString() : name;
    }
}
