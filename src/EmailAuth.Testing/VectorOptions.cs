using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailAuth.Testing;

/// <summary>The options that a vector sets. Null means the default.</summary>
public sealed record VectorOptions
{
    /// <summary>Nothing set.</summary>
    public static VectorOptions Default { get; } = new();

    /// <summary>The authserv-id (RFC 8601 section 2.5).</summary>
    [JsonConverter(typeof(AuthservIdConverter))]
    public string? AuthservId { get; init; }

    /// <summary>The receiving host, for SPF's "r" macro (RFC 7208 section 7.2).</summary>
    public string? Receiver { get; init; }

    /// <summary>The fewest bits of an RSA key, 512 to 4,096. Less than 1,024 is for archives of old mail.</summary>
    [JsonConverter(typeof(RsaBitsConverter))]
    public int? MinRsaBits { get; init; }

    /// <summary>Whether <c>rsa-sha1</c> is allowed, for archives of old mail.</summary>
    public bool? AllowSha1 { get; init; }

    [JsonExtensionData]
    [JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
