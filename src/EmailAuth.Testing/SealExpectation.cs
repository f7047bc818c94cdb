using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailAuth.Testing;

/// <summary>The values of the three fields that sealing adds (RFC 8617 section 4.1); empty when none may be added.</summary>
public sealed record SealExpectation
{
    /// <summary>The value of ARC-Seal.</summary>
    [JsonPropertyName("AS")]
    public required string Seal { get; init; }

    /// <summary>The value of ARC-Message-Signature.</summary>
    [JsonPropertyName("AMS")]
    public required string MessageSignature { get; init; }

    /// <summary>The value of ARC-Authentication-Results.</summary>
    [JsonPropertyName("AAR")]
    public required string AuthenticationResults { get; init; }

    [JsonExtensionData]
    [JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
