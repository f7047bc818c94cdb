using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EmailAuth.Dns;

namespace EmailAuth.Testing;

/// <summary>One entry at a name of a <see cref="Zone"/>.</summary>
public sealed record ZoneRecord
{
    /// <summary>The values of <see cref="Check"/>: the names of the checks in <see cref="IDnsTranscript"/>.</summary>
    internal static readonly ImmutableArray<string> Checks = ["spf", "spf-helo", "dkim", "arc", "dmarc", "dmarc-identifiers", "bimi", "client-names", "web"];

    private readonly CompactText _data;

    /// <summary>The kind of the entry.</summary>
    public required ZoneEntryKind Type { get; init; }

    /// <summary>
    /// For a failure: the type that fails, or null when every type not listed before it fails. With <see cref="Check"/>: the type of the
    /// question.
    /// </summary>
    public ZoneEntryKind? For { get; init; }

    /// <summary>
    /// The check whose questions of the type <see cref="For"/> this entry answers, instead of the entries for all other checks; or null.
    /// Recordings have such entries if a check used another answer than the checks before it, for example because its time was over:
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
    public string? Data
    {
        get => _data.Value;
        init => _data = new CompactText(value);
    }

    /// <summary>The character-strings of a TXT record, if their borders matter; default when <see cref="Data"/> has the text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<string> Strings { get; init; }
}
