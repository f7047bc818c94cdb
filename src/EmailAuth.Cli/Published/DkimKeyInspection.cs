using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Dkim;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Published;

/// <summary>Reads a DKIM key record for people: each tag explained, everything wrong or risky pointed out.</summary>
internal static class DkimKeyInspection
{
    // RFC 8301 section 3.2: below 1,024 bits a key must not be used, and signers should use 2,048 at least.
    private const int MinBits = 1024;
    private const int GoodBits = 2048;
    private const int MaxBits = 8192;
    private const int TypicalKeyText = 24;

    public static VerificationKey Inspect(PublishedRecord record)
    {
        var key = VerificationKey.Parse(record.Text);
        var reader = new TagListReader(record.Text);
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        while (reader.TryRead(out var tag))
        {
            var name = tag.Name.ToString();
            positions.TryAdd(name, tag.NamePosition);
            record.Terms.Add(new ExplainedTerm(Shortened(name, tag.Value), Meaning(name, tag.Value.ToString(), key), tag.NamePosition));
            InspectTag(record, name, tag.Value.ToString(), tag.NamePosition, tag.ValuePosition);
        }

        if (DkimKeyRecord.Parse(record.Text).Error is { } error)
        {
            record.Error($"{error.Reason}: no signature can be verified", error.Position);
        }
        else
        {
            InspectKey(record, key, positions.GetValueOrDefault("p"));
            if (!positions.ContainsKey("v"))
            {
                record.Note("v=DKIM1 is missing: allowed, but recommended (RFC 6376 section 3.6.1)", 0, 0);
            }
        }

        return key;
    }

    private static void InspectKey(PublishedRecord record, VerificationKey key, int position)
    {
        if (key.Record is { IsRevoked: true })
        {
            record.Error("the key is revoked: signatures that name it do not pass (RFC 6376 section 3.6.1)", position, 2);
        }
        else if (key.Fault is { } fault)
        {
            record.Error(fault, position, 2);
        }
        else if (key is { IsRsa: true, Bits: < MinBits or > MaxBits })
        {
            record.Error(
                string.Create(CultureInfo.InvariantCulture, $"an RSA key of {key.Bits} bits is refused: {MinBits} is the least and {MaxBits} the most that is accepted (RFC 8301 section 3.2)"), position, 2);
        }
        else if (key is { IsRsa: true, Bits: < GoodBits })
        {
            record.Warn(string.Create(CultureInfo.InvariantCulture, $"an RSA key of {key.Bits} bits: at least {GoodBits} should be used (RFC 8301 section 3.2)"), position, 2);
        }
    }

    private static void InspectTag(PublishedRecord record, string name, string value, int position, int valuePosition)
    {
        var items = value.Split(':', StringSplitOptions.TrimEntries);
        switch (name)
        {
            case "t" when items.Contains("y", StringComparer.OrdinalIgnoreCase):
                record.Warn("t=y says that the domain is only testing: take it out when signing works", position, name.Length + 1 + value.Length);
                break;
            case "h" when !items.Contains("sha256", StringComparer.OrdinalIgnoreCase):
                record.Error("h= admits no hash that may be used: sha1 must not be accepted any more (RFC 8301 section 3.1)", valuePosition, value.Length);
                break;
            case "h" when items.Contains("sha1", StringComparer.OrdinalIgnoreCase):
                record.Warn("sha1 must not be used any more (RFC 8301 section 3.1)", valuePosition, value.Length);
                break;
            case "s" when !items.Contains("*", StringComparer.Ordinal) && !items.Contains("email", StringComparer.OrdinalIgnoreCase):
                record.Error("s= does not admit mail: no signature passes with this key (RFC 6376 section 3.6.1)", valuePosition, value.Length);
                break;
            case "g":
                record.Warn("g= is no longer defined since RFC 6376; DKIM verifiers ignore it", position, name.Length + 1 + value.Length);
                break;
            case "p" when value.AsSpan().ContainsAny(" \t"):
                record.Note("white space inside the key: allowed, and ignored", valuePosition + value.AsSpan().IndexOfAny(" \t"), 1);
                break;
            case "v" or "k" or "h" or "s" or "t" or "n" or "p":
                break;
            default:
                record.Warn($"the tag {name}= is not defined for key records (RFC 6376 section 3.6.1): it is ignored", position, name.Length);
                break;
        }
    }

    private static string Meaning(string name, string value, VerificationKey key) => name switch
    {
        "v" => "a DKIM key record",
        "k" => value.ToLowerInvariant() switch
        {
            "rsa" => "an RSA key",
            "ed25519" => "an Ed25519 key (RFC 8463)",
            _ => "an unknown key type",
        },
        "h" => $"only with these hashes: {value.Replace(":", ", ", StringComparison.Ordinal)}",
        "s" => value == "*" ? "for any service" : $"only for: {value.Replace(":", ", ", StringComparison.Ordinal)}",
        "t" => string.Join("; ", value.Split(':', StringSplitOptions.TrimEntries).Select(flag => flag switch
        {
            "y" => "y: the domain is testing DKIM",
            "s" => "s: the domain of i= must be that of d=, not one below it",
            _ => $"{flag}: an unknown flag",
        })),
        "n" => "a note for people",
        "g" => "which local parts may sign, of RFC 4871; no longer defined",
        "p" when key.Bits > 0 => string.Create(CultureInfo.InvariantCulture, $"the public key: {(key.IsRsa ? "RSA" : "Ed25519")}, {key.Bits} bits"),
        "p" => value.Length == 0 ? "no key: it is revoked" : "the public key, which cannot be used",
        _ => "unknown, ignored",
    };

    private static string Shortened(string name, ReadOnlySpan<char> value) =>
        value.Length <= TypicalKeyText || name != "p" ? $"{name}={value}" : $"{name}={value[..(TypicalKeyText / 2)]}...{value[^6..]}";
}
