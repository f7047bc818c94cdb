using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Published;

/// <summary>Reads a DKIM key record for people: each tag explained, everything wrong or risky pointed out.</summary>
internal static class DkimKeyInspection
{
    // RFC 8301 section 3.2: signers should use 2,048 bits at least; verifiers must be able to verify keys from 1,024 to 4,096 bits.
    private const int GoodBits = 2048;
    private const int MostBitsOfAll = 4096;
    private const int TypicalKeyText = 24;

    private const string PrivateKeyAlarm =
        "this is a PRIVATE key, for everybody to read: anyone who copied it can sign as the domain. Revoke it now (publish an empty p= under this selector) and make a new pair under another selector";

    // What 'emailauth verify' checks with, too.
    private static readonly DkimOptions Limits = DkimOptions.Default;

    public static InspectedKey Inspect(PublishedRecord record)
    {
        var key = VerificationKey.Parse(record.Text);
        var reader = new TagListReader(record.Text);
        var places = new Dictionary<string, (int Position, int Length)>(StringComparer.Ordinal);
        Finding? keyFault = null;
        byte[] octets = [];
        while (reader.TryRead(out var tag))
        {
            var (name, value) = (tag.Name.ToString(), tag.Value.ToString());
            if (places.TryAdd(name, (tag.NamePosition, tag.ValuePosition + value.Length - tag.NamePosition)) && name == "p")
            {
                keyFault = PublicKeyText.Fault(value, tag.ValuePosition);
                octets = Base64Text.Decode(value) ?? [];
            }

            record.Terms.Add(new ExplainedTerm(Shortened(name, value), Meaning(name, value, key), tag.NamePosition));
            InspectTag(record, name, value, tag.NamePosition, tag.ValuePosition, keyFault is null);
        }

        if (PublicKeyText.HoldsPrivateKey(record.Text, octets))
        {
            var place = places.GetValueOrDefault("p");
            record.Error(PrivateKeyAlarm, place.Position, Math.Max(2, place.Length));
        }
        else if (KeyRecord.Parse(record.Text).Error is { } error)
        {
            record.Findings.Add(Explained(record.Text, error, isOfList: reader.Error is not null, keyFault));
        }
        else
        {
            InspectKey(record, key, places);
            if (!places.ContainsKey("v"))
            {
                record.Note("v=DKIM1 is missing: allowed, but recommended (RFC 6376 section 3.6.1)", 0, 0);
            }
        }

        return new InspectedKey(key.Record?.KeyType, key.Bits);
    }

    // The parser says what rule is broken; what people want to know is which character broke it and where it came from.
    private static Finding Explained(string text, SyntaxError error, bool isOfList, Finding? keyFault)
    {
        const string So = ": no signature can be verified";
        if (text.IndexOf("\\;", StringComparison.Ordinal) is var escape and >= 0)
        {
            return new Finding(
                Severity.Error, string.Create(CultureInfo.InvariantCulture, $"a backslash at position {escape}: \"\\;\" is a zone file's escape and became part of the text; publish a plain \";\"{So}"), escape, 2);
        }

        if (keyFault is not null && error.Position <= keyFault.Position && !isOfList && error.Reason.StartsWith("p=", StringComparison.Ordinal))
        {
            return keyFault with { Message = keyFault.Message + So };
        }

        var found = isOfList && error.Position < text.Length ? $"; {PublicKeyText.Describe(text, error.Position)} is there" : string.Empty;
        return new Finding(Severity.Error, $"{error.Reason}{found}{So}", error.Position);
    }

    private static void InspectKey(PublishedRecord record, VerificationKey key, Dictionary<string, (int Position, int Length)> places)
    {
        var position = places.GetValueOrDefault("p").Position;
        if (key.Record is { IsRevoked: true })
        {
            record.Error("the key is revoked: signatures that name it do not pass (RFC 6376 section 3.6.1)", position, 2);
        }
        else if (key.Record is { } other && TypeOf(key) is null && places.TryGetValue("k", out var type))
        {
            var empty = other.KeyType.Length == 0 ? "k= is empty: leave it out for an RSA key (RFC 6376 section 3.6.1)" : key.Fault!;
            record.Error(empty, type.Position, type.Length);
        }
        else if (key.Fault is { } fault)
        {
            record.Error(fault, position, 2);
        }
        else if (TypeOf(key) is { HasSizes: true } && SizeOf(key.Bits) is { } size)
        {
            record.Findings.Add(size with { Position = position, Length = 2 });
        }
    }

    private static KeyType? TypeOf(VerificationKey key) => key.Record is { } record ? AlgorithmTable.Default.FindKeyType(record.KeyType) : null;

    private static Finding? SizeOf(int bits) => bits switch
    {
        _ when bits < Limits.MinRsaBits => new Finding(
            Severity.Error, string.Create(CultureInfo.InvariantCulture, $"an RSA key of {bits} bits is refused: at least {Limits.MinRsaBits} are required (RFC 8301 section 3.2)")),
        _ when bits > Limits.MaxRsaBits => new Finding(
            Severity.Error,
            string.Create(CultureInfo.InvariantCulture, $"an RSA key of {bits} bits is refused: {Limits.MaxRsaBits} are the most that this verifier takes, and none need take more than {MostBitsOfAll} (RFC 8301 section 3.2)")),
        > MostBitsOfAll => new Finding(
            Severity.Warning, string.Create(CultureInfo.InvariantCulture, $"an RSA key of {bits} bits: over {MostBitsOfAll} bits, which verifiers need not support (RFC 8301 section 3.2)")),
        < GoodBits => new Finding(
            Severity.Warning, string.Create(CultureInfo.InvariantCulture, $"an RSA key of {bits} bits: at least {GoodBits} should be used (RFC 8301 section 3.2)")),
        _ => null,
    };

    private static void InspectTag(PublishedRecord record, string name, string value, int position, int valuePosition, bool isKeyReadable)
    {
        var items = value.Split(':', StringSplitOptions.TrimEntries);
        switch (name)
        {
            case "t" when items.Contains("y", StringComparer.OrdinalIgnoreCase):
                record.Warn("t=y says that the domain is only testing: take it out when signing works", position, name.Length + 1 + value.Length);
                break;
            case "h":
                InspectHashes(record, items, valuePosition, value.Length);
                break;
            case "s" when !items.Contains("*", StringComparer.Ordinal) && !items.Contains("email", StringComparer.OrdinalIgnoreCase):
                record.Error("s= does not admit mail: no signature passes with this key (RFC 6376 section 3.6.1)", valuePosition, value.Length);
                break;
            case "g":
                record.Warn("g= is no longer defined since RFC 6376; DKIM verifiers ignore it", position, name.Length + 1 + value.Length);
                break;
            case "p" when isKeyReadable && value.AsSpan().ContainsAny(" \t"):
                record.Note("white space inside the key: allowed, and ignored", valuePosition + value.AsSpan().IndexOfAny(" \t"), 1);
                break;
            case "v" or "k" or "s" or "t" or "n" or "p":
                break;
            default:
                record.Warn($"the tag {name}= is not defined for key records (RFC 6376 section 3.6.1): it is ignored", position, name.Length);
                break;
        }
    }

    // RFC 6376 section 3.6.1: h= lists the hashes that may be used; RFC 8301 section 3.1 leaves sha256.
    private static void InspectHashes(PublishedRecord record, string[] items, int position, int length)
    {
        var hasSha1 = items.Contains("sha1", StringComparer.OrdinalIgnoreCase);
        if (items.Contains("sha256", StringComparer.OrdinalIgnoreCase))
        {
            if (hasSha1)
            {
                record.Warn("sha1 must not be used any more (RFC 8301 section 3.1)", position, length);
            }

            return;
        }

        var algorithm = Array.Find(items, item => AlgorithmTable.Default.Find(item) is not null);
        record.Error(
            items is [""] ? "h= is empty: it admits no hash, so no signature passes; leave h= out, or write h=sha256 (RFC 6376 section 3.6.1)"
            : algorithm is not null ? $"h= names no known hash: {algorithm} is an algorithm of a=, the hash is sha256 (RFC 6376 section 3.6.1)"
            : hasSha1 ? "h= admits no hash that may be used: sha1 must not be accepted any more (RFC 8301 section 3.1)"
            : "h= names no known hash: the one in use is sha256 (RFC 6376 section 3.6.1)",
            position,
            length);
    }

    private static string Meaning(string name, string value, VerificationKey key) => name switch
    {
        "v" => Version(value),
        "k" => AlgorithmTable.Default.FindKeyType(value.ToLowerInvariant()) is { } type ? $"an {type.Title} key{type.Reference}" : "an unknown key type",
        "h" => value.Length == 0 ? "with no hash" : $"only with these hashes: {value.Replace(":", ", ", StringComparison.Ordinal)}",
        "s" => value.Split(':', StringSplitOptions.TrimEntries).Contains("*", StringComparer.Ordinal)
            ? "for any service"
            : $"only for: {value.Replace(":", ", ", StringComparison.Ordinal)}",
        "t" => string.Join("; ", value.Split(':', StringSplitOptions.TrimEntries).Select(flag => flag switch
        {
            // Without regard to case, as the verifier reads them.
            "y" or "Y" => $"{flag}: the domain is testing DKIM",
            "s" or "S" => $"{flag}: the domain of i= must be that of d=, not one below it",
            _ => $"{flag}: an unknown flag",
        })),
        "n" => "a note for people",
        "g" => "which local parts may sign, of RFC 4871; no longer defined",
        "p" when key.Bits > 0 => string.Create(CultureInfo.InvariantCulture, $"the public key: {TypeOf(key)?.Title}, {key.Bits} bits"),
        "p" => value.Length == 0 ? "no key: it is revoked" : "the public key, which cannot be used",
        _ => "unknown, ignored",
    };

    private static string Version(string value)
    {
        if (value == "DKIM1")
        {
            return "a DKIM key record";
        }

        var looks = value.ToLowerInvariant() switch
        {
            var text when text.StartsWith("spf", StringComparison.Ordinal) => "it looks like SPF",
            var text when text.StartsWith("dmarc", StringComparison.Ordinal) => "it looks like DMARC",
            var text when text.StartsWith("bimi", StringComparison.Ordinal) => "it looks like BIMI",
            var text when text.StartsWith("tlsrpt", StringComparison.Ordinal) => "it looks like TLS reporting",
            var text when text.StartsWith("sts", StringComparison.Ordinal) => "it looks like MTA-STS",
            var text when text.StartsWith("dkim", StringComparison.Ordinal) => "the version must be exactly DKIM1",
            _ => "v= must be DKIM1",
        };
        return $"not a DKIM key record ({looks})";
    }

    private static string Shortened(string name, ReadOnlySpan<char> value) =>
        value.Length <= TypicalKeyText || name != "p" ? $"{name}={value}" : $"{name}={value[..(TypicalKeyText / 2)]}...{value[^6..]}";
}
