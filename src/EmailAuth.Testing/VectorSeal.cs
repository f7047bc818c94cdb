using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailAuth.Testing;

/// <summary>The key and the values that seal an ARC set (RFC 8617 section 5.1).</summary>
public sealed record VectorSeal
{
    /// <summary>The private key in PEM.</summary>
    public required string PrivateKey { get; init; }

    /// <summary>The selector (<c>s=</c>).</summary>
    public required string Selector { get; init; }

    /// <summary>The sealing domain (<c>d=</c>).</summary>
    public required string Domain { get; init; }

    /// <summary>The time of sealing (<c>t=</c>), in seconds since 1970.</summary>
    [JsonConverter(typeof(SecondsConverter))]
    public required long Timestamp { get; init; }

    /// <summary>The fields to sign (<c>h=</c>), separated by colons.</summary>
    public required string Headers { get; init; }

    /// <summary>The sealer's authserv-id. The set records the message's Authentication-Results field with this authserv-id.</summary>
    public required string AuthservId { get; init; }

    [JsonExtensionData]
    [JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
