using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EmailAuth.Dns;

namespace EmailAuth.Testing;

/// <summary>One entry at a name of a <see cref="Zone"/>.</summary>
public sealed record ZoneRecord
{
    /// <summary>What <see cref="Check"/> may be: the checks as <see cref="IDnsTranscript"/> names them.</summary>
    internal static readonly ImmutableArray<string> Checks = ["spf", "spf-helo", "dkim", "arc", "dmarc", "dmarc-identifiers", "bimi", "client-names", "web"];

    /// <summary>What the entry says.</summary>
    public required ZoneEntryKind Type { get; init; }

    /// <summary>For a failure: the one type that fails, or null when every type not listed before it does. Beside <see cref="Check"/>: the type asked for.</summary>
    public ZoneEntryKind? For { get; init; }

    /// <summary>
    /// The one check whose questions of the type <see cref="For"/> this entry answers, in place of the entries that all others get; or null.
    /// Recordings hold such entries where a check decided otherwise than those before it, as when its time was over and theirs was not:
    /// <c>spf</c>, <c>spf-helo</c>, <c>dkim</c>, <c>arc</c>, <c>dmarc</c>, <c>dmarc-identifiers</c>, <c>bimi</c>, <c>client-names</c> or <c>web</c>.
    /// </summary>
    public string? Check { get; init; }

    /// <summary>The preference of an MX record.</summary>
    [JsonConverter(typeof(PreferenceConverter))]
    public ushort Preference { get; init; }

    /// <summary>
    /// The record's data as text: an address, a host name ("." for the null MX of RFC 7505), or the text of a TXT record in one string.
    /// For a failure its reason, or null.
    /// </summary>
    public string? Data { get; init; }

    /// <summary>The character-strings of a TXT record where their borders matter; default when <see cref="Data"/> holds the text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<string> Strings { get; init; }
}
