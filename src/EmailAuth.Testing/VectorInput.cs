using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailAuth.Testing;

/// <summary>The input of a vector: the envelope, the message, the time and the options that differ from the defaults.</summary>
public sealed record VectorInput
{
    /// <summary>The address the client connected from, or null.</summary>
    [JsonPropertyName("ip")]
    public IPAddress? ClientAddress { get; init; }

    /// <summary>The name that the client gave in HELO or EHLO, or null.</summary>
    public string? Helo { get; init; }

    /// <summary>The reverse-path of MAIL FROM, empty for the null one; null when it is not known.</summary>
    public string? MailFrom { get; init; }

    /// <summary>The forward-paths of RCPT TO. No verdict depends on them.</summary>
    public ImmutableArray<string> RcptTo { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>
    /// The message, CRLF line ends included; null when the vector has no message, or when it is in a file that was not read.
    /// </summary>
    [JsonPropertyName("message_b64")]
    public ReadOnlyMemory<byte>? Message { get; init; }

    /// <summary>The path of the message file, relative to the vector's folder; null when the vector contains the message.</summary>
    [JsonPropertyName("message")]
    public string? MessagePath { get; init; }

    /// <summary>When the message arrived; null when the verdict does not depend on it: signatures are then judged at their own time.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>The options that differ from the defaults.</summary>
    public VectorOptions Options { get; init => field = value ?? VectorOptions.Default; } = VectorOptions.Default;

    /// <summary>For <c>arc-seal</c>: the key and the values to seal with; null otherwise.</summary>
    public VectorSeal? Seal { get; init; }

    [JsonExtensionData]
    [JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
