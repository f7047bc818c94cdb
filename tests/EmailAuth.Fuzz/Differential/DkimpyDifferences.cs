using EmailAuth.Dkim;
using EmailAuth.Fuzz.Support;
using EmailAuth.Signatures;

namespace EmailAuth.Fuzz.Differential;

/// <summary>What dkimpy (Debian's python3-dkim) does differently: the section that decides for us, and how such a difference is known.</summary>
internal static class DkimpyDifferences
{
    /// <summary>What we refuse and it does not look at: a part of our reason, which names the section itself, and what it is about.</summary>
    private static readonly (string Why, string Reason)[] NotRefused =
    [
        ("RFC 6376 section 3.5: l= must not exceed the body", "exceeds the canonical body"),
        ("RFC 6376 section 3.2: no control character stands in a tag list but in folding", "is not allowed in a tag list"),
        ("RFC 6376 section 3.2: a tag is a name, an equals sign and a value", "a tag name must be followed by"),
        ("RFC 6376 section 3.5: h= lists names of fields, none of them empty", "h= has an empty field name"),
        ("RFC 6376 section 3.5: h= lists names of fields", "h= has a field name with a character that a field name cannot have"),
        ("RFC 6376 section 5.4: From must be signed", "h= does not name From"),
        ("RFC 6376 section 3.5: i= is an optional local part, \"@\" and a domain", "i= is not an optional local part"),
        ("RFC 6376 section 3.5: d= is a domain name of at least two labels", "d= has a single label"),
        ("RFC 6376 section 3.5: d= is a domain name", "d= is not a domain name"),
        ("RFC 6376 section 3.6.1: v= of a key record stands first", "v= is not the first tag"),
        ("RFC 6376 section 3.6.1: h= of a key record says which hashes may be used", "the key record's h= does not admit"),
        ("RFC 6376 section 3.6.1: with t=s the domains of i= and d= are the same", "the key record's t=s wants"),
        ("RFC 6376 section 3.6.1: p= is a public key and nothing more", "p= is not an RSA public key"),
        ("RFC 6376 section 8.15: a second field that differs and is not signed is not what was signed", "that differs and is not signed"),
        ("RFC 8301 section 3.1: rsa-sha1 must not be accepted", "must not be accepted"),
    ];

    /// <summary>What it refuses and we do not: a part of its message.</summary>
    private static readonly (string Why, string Message)[] Refused =
    [
        ("RFC 6376 section 3.5: i= is in quoted-printable, and its domain ignores case", "i= domain is not a subdomain"),
        ("RFC 6376 section 3.5: q= is a list, of words that ignore case", "q= value is not dns/txt"),
        ("RFC 5234 section 2.3: words of a grammar ignore case, c= among them", "invalid c= value"),
        ("RFC 5234 section 2.3: words of a grammar ignore case, a= among them", "unknown signature algorithm"),
        ("RFC 6376 section 2.10: base64 may go without its padding", "is not valid base64"),
        ("RFC 6376 section 3.6.1: s= of a key record is a list", "UnknownKeyTypeError"),
    ];

    /// <summary>What else is known of the case.</summary>
    private static readonly (string Why, Func<DkimDifferential.DkimCase, string, DkimResult, bool> IsIt)[] Known =
    [
        ("RFC 5322 section 2.3: CR and LF stand together only; dkimpy takes a bare LF for a line end, and either for white space", (one, _, _) => HasBareLineEnd(one.Message)),
        ("RFC 6376 section 2.8: white space is space and tab; dkimpy strips other control characters too", (one, _, _) => one.Message.AsSpan().ContainsAny('\v', '\f')),
        ("RFC 8017 section 8.2.2: a signature has as many octets as the modulus", (_, _, ours) => ours.HeaderCheck == DkimCheck.Differs && ours.KeyBits is { } bits && ours.Signature!.SignatureValue.Length != bits / 8),
        ("RFC 6376 section 3.4.4: white space goes at the end of every line, the last one also where no CRLF ends it", (one, _, ours) => ours.Signature?.BodyCanonicalization == SignatureCanonicalization.Relaxed && one.Message is [.., ' ' or '\t']),
        ("RFC 6376 section 3.7: of the signature's own field the CRLF at its end goes, not white space before it", (_, field, ours) => ours.Signature?.HeaderCanonicalization == SignatureCanonicalization.Simple && field.TrimEnd('\r', '\n') is [.., ' ' or '\t']),
        ("RFC 6376 section 3.5: h= never selects the signature's own field", (one, _, ours) => ours.Signature?.FieldNames.Count(name => name == "dkim-signature") >= CountOf(one.Message, "dkim-signature")),
        ("RFC 5234 section 2.3: words of a grammar ignore case, k= among them", (one, _, _) => one.Zone.Values.Any(text => text.Contains("k=RSA", StringComparison.Ordinal))),
        ("RFC 8616 section 2: domain and selector may be U-labels, and are asked for in A-labels", (_, field, _) => !System.Text.Ascii.IsValid(field)),
        ("RFC 5322 section 4.5.8: white space before the colon is part of no name; dkimpy takes a From field with it for the line that parts messages in a file", (one, _, _) => PlainMessage.Of(one.Message).Fields.Any(from => from.StartsWith("From ", StringComparison.Ordinal))),
        ("RFC 6376 section 5.4.2: as many instances are signed as h= names; dkimpy takes one From more", (one, _, ours) => CountOf(one.Message, "from") > ours.Signature?.FieldNames.Count(name => name == "from")),
        ("RFC 6376 section 3.7: the value of b= goes with the white space around it; dkimpy leaves some", (_, field, _) => HasSpaceAroundSignature(field)),
        ("RFC 6376 section 3.7: only the value of the tag b= goes; dkimpy takes others that end in b for it", (_, field, _) => field.Split("b=").Length > 2),
    ];

    /// <summary>The section that explains why one verdict is a pass and the other is not; null when none is known.</summary>
    /// <param name="one">The case.</param>
    /// <param name="field">The signature's field.</param>
    /// <param name="ours">Our result.</param>
    /// <param name="theirs">What dkimpy said.</param>
    public static string? Why(DkimDifferential.DkimCase one, string field, DkimResult ours, string theirs)
    {
        foreach (var (why, reason) in ours.Code == SignatureResultCode.Pass ? [] : NotRefused)
        {
            if (ours.Reason!.Contains(reason, StringComparison.Ordinal))
            {
                return why;
            }
        }

        foreach (var (why, said) in ours.Code == SignatureResultCode.Pass ? Refused : [])
        {
            if (theirs.Contains(said, StringComparison.Ordinal))
            {
                return why;
            }
        }

        return Known.FirstOrDefault(known => known.IsIt(one, field, ours)).Why;
    }

    private static bool HasBareLineEnd(string message) => message.Replace("\r\n", string.Empty, StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n');

    private static int CountOf(string message, string name) => PlainMessage.Of(message).Fields.Count(field => PlainMessage.NameOf(field) == name);

    private static bool HasSpaceAroundSignature(string field)
    {
        var start = SignatureTagAt(field);
        if (start < 0)
        {
            return false;
        }

        var value = field[(field.IndexOf('=', start) + 1)..];
        value = value[..(value.IndexOf(';', StringComparison.Ordinal) is var end and >= 0 ? end : value.Length)].TrimEnd('\r', '\n');
        return field[start + 1] != '=' || value is [' ' or '\t' or '\r', ..] or [.., ' ' or '\t' or '\n'];
    }

    // Where the name of the tag b stands.
    private static int SignatureTagAt(string field)
    {
        var at = field.IndexOf(':', StringComparison.Ordinal);
        while (at >= 0)
        {
            at++;
            while (at < field.Length && field[at] is ' ' or '\t' or '\r' or '\n')
            {
                at++;
            }

            if (at + 1 < field.Length && field[at] == 'b' && field[(at + 1)..].TrimStart(' ', '\t', '\r', '\n').StartsWith('='))
            {
                return at;
            }

            at = at < field.Length ? field.IndexOf(';', at) : -1;
        }

        return -1;
    }
}
