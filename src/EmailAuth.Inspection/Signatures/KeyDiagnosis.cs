using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Signatures;

/// <summary>What the key of a signature that does not hold, and other keys of the domain, show.</summary>
internal static class KeyDiagnosis
{
    // RFC 8017 appendix A.1.1 and RFC 5280 section 4.1: a sequence, whose length has up to two octets for all keys in use.
    private const byte Sequence = 0x30;

    private static readonly string[] UsualSelectors = ["default", "selector1", "selector2", "s1", "s2", "k1", "k2", "google", "mail", "dkim"];

    /// <summary>What is wrong with the key itself.</summary>
    public static IEnumerable<SignatureChange> Of(DkimResult result, KeyRecord? key)
    {
        var name = result.Signature!.KeyName.ToString();
        if (key is { IsRevoked: true })
        {
            yield return Change(ChangeCode.KeyRevoked, name);
        }
        else if (key is { KeyType: "rsa", KeyDefect: not null } && MissingOctets(key.PublicKey.AsSpan()) is { } whole)
        {
            yield return Change(ChangeCode.KeyTruncated, name, Number(key.PublicKey.Length), Number(whole));
        }
        else if (key is { IsTesting: true } && result.ReasonCode == "testing_key")
        {
            yield return Change(ChangeCode.KeyTesting, name);
        }
    }

    /// <summary>Whether signatures can be compared with the key: not with one of a size that is not accepted by default.</summary>
    public static bool IsComparable(KeyRecord key) =>
        key.KeyType != "rsa" || (key.KeyBits >= DkimOptions.Default.MinRsaBits && key.KeyBits <= DkimOptions.Default.MaxRsaBits);

    /// <summary>The selectors at which the key of a signature may be: those next to its own, and usual ones.</summary>
    public static IEnumerable<DomainName> OtherNames(DkimSignature signature, ImmutableArray<DkimResult> signatures)
    {
        var others = signatures.Where(other => other.Domain == signature.Domain).Select(static other => other.Selector).OfType<string>();
        return others.Concat(Neighbours(signature.Selector)).Concat(UsualSelectors).Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(selector => !selector.Equals(signature.Selector, StringComparison.OrdinalIgnoreCase))
            .Select(selector => DomainName.Parse($"{selector}._domainkey.{signature.Domain}").Value).OfType<DomainName>();
    }

    /// <summary>The finding of a signature that another key made.</summary>
    public static SignatureChange OfOtherKey(DkimSignature signature, DomainName? found) => found is null
        ? new SignatureChange { Code = ChangeCode.KeyOther, Arguments = [signature.KeyName.ToString()], IsProven = true }
        : Change(ChangeCode.KeyRotated, found.ToString()[..found.ToString().IndexOf("._domainkey.", StringComparison.Ordinal)], signature.Selector);

    // The number at the end of a selector, or its last letter, counts the keys.
    private static IEnumerable<string> Neighbours(string selector)
    {
        var digits = selector.Length - selector.AsSpan().TrimEnd("0123456789").Length;
        if (digits is > 0 and < 10)
        {
            var number = int.Parse(selector.AsSpan(selector.Length - digits), NumberStyles.None, CultureInfo.InvariantCulture);
            foreach (var other in new[] { number + 1, number - 1, number + 2 }.Where(static other => other >= 0))
            {
                yield return selector[..^digits] + other.ToString("D" + Number(digits), CultureInfo.InvariantCulture);
            }
        }
        else if (selector is [.., >= 'a' and <= 'y'])
        {
            yield return selector[..^1] + (char)(selector[^1] + 1);
        }
    }

    // How many octets the key would have, by its own first ones; null when none are missing.
    private static int? MissingOctets(ReadOnlySpan<byte> key)
    {
        var whole = key switch
        {
            [Sequence, 0x82, var high, var low, ..] => 4 + (high << 8) + low,
            [Sequence, 0x81, var length, ..] => 3 + length,
            [Sequence, < 0x80 and var length, ..] => 2 + length,
            _ => 0,
        };
        return whole > key.Length ? whole : null;
    }

    private static SignatureChange Change(ChangeCode code, params ImmutableArray<string> arguments) => new() { Code = code, Arguments = arguments, IsProven = true };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
