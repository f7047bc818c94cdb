using System.Collections.Immutable;
using System.Text;
using EmailAuth.Messages;

namespace EmailAuth.Inspection.Signatures;

/// <summary>The fields that a signature covers, as they are in a message: selected from the bottom up (RFC 6376 section 5.4.2).</summary>
internal sealed class SignedFields
{
    private readonly Dictionary<string, List<int>> _byName = new(StringComparer.Ordinal);

    /// <summary>Reads them.</summary>
    /// <param name="header">The header of the message.</param>
    /// <param name="own">Which field is the signature's; -1 when the message lacks it.</param>
    /// <param name="names">The names of <c>h=</c> in lower case.</param>
    public SignedFields(HeaderBlock header, int own, ImmutableArray<string> names)
    {
        (Header, Own, Names) = (header, own, names);
        for (var field = header.Count - 1; field >= 0; field--)
        {
            var name = Encoding.Latin1.GetString(header[field].Name).ToLowerInvariant();
            if (name.Length > 0 && field != own)
            {
                (_byName.TryGetValue(name, out var fields) ? fields : _byName[name] = []).Add(field);
            }
        }

        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        Slots = [.. names.Select(name =>
        {
            var index = taken.GetValueOrDefault(name);
            taken[name] = index + 1;
            return InstancesOf(name) is var all && index < all.Count ? all[index] : -1;
        })];
    }

    public HeaderBlock Header { get; }

    public int Own { get; }

    public ImmutableArray<string> Names { get; }

    /// <summary>The field that each name of <c>h=</c> selects; -1 for none.</summary>
    public ImmutableArray<int> Slots { get; }

    /// <summary>The fields of a name from the bottom up, without the signature's own.</summary>
    public IReadOnlyList<int> InstancesOf(string name) => _byName.TryGetValue(name, out var fields) ? fields : [];

    /// <summary>The name of a field as it is written, with the white space before the colon.</summary>
    public string NameOf(int field)
    {
        var raw = Encoding.Latin1.GetString(Header[field].Raw.Span);
        return raw[..raw.IndexOf(':', StringComparison.Ordinal)];
    }

    /// <summary>The value of a field.</summary>
    public string ValueOf(int field) => Encoding.Latin1.GetString(Header[field].Value);

    /// <summary>The value of the lowest field of a name; null without one.</summary>
    public string? ValueOf(string name) => InstancesOf(name) is [var field, ..] ? ValueOf(field) : null;

    /// <summary>The canonical form of what a slot selects; empty when that is nothing.</summary>
    public string Canonical(int slot, bool isRelaxed) =>
        Slots[slot] is var field and >= 0 ? CanonicalText.Field(NameOf(field), ValueOf(field), isRelaxed) : string.Empty;

    /// <summary>The canonical form of the signature's own field: without the value of <c>b=</c>, and without CRLF at the end.</summary>
    public static string CanonicalOwn(string name, string valueWithoutSignature, bool isRelaxed) =>
        CanonicalText.Field(name, valueWithoutSignature, isRelaxed)[..^2];
}
