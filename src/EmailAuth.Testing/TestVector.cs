using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>One case as data: everything that a verdict depends on, and the verdict. Unknown members are kept unchanged.</summary>
public sealed record TestVector
{
    /// <summary>The name of the case, unique in its suite.</summary>
    public required string Id { get; init; }

    /// <summary>The suite it belongs to, or null.</summary>
    public string? Suite { get; init; }

    /// <summary>Where it comes from, such as a section of an RFC, or null.</summary>
    public string? Source { get; init; }

    /// <summary>A remark for people, or null.</summary>
    public string? Note { get; init; }

    /// <summary>The subject of the case: the name of a method, or <c>arc-seal</c>; or null.</summary>
    public string? Checks { get; init; }

    /// <summary>The DNS data; null when the case has no DNS data.</summary>
    public Zone? Zone { get; init; }

    /// <summary>The envelope, the message and the options.</summary>
    public required VectorInput Input { get; init; }

    /// <summary>The verdict; null when none is expected.</summary>
    public VectorExpectation? Expect { get; init; }

    [JsonExtensionData]
    [JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Reads a vector from JSON. A message in a separate file is not read: see <see cref="VectorFile"/>.</summary>
    /// <param name="utf8Json">One JSON object in UTF-8.</param>
    /// <returns>The vector, or an error with the wrong member and its position.</returns>
    public static ParseResult<TestVector> Parse(ReadOnlySpan<byte> utf8Json) => VectorFormat.Read<TestVector>(utf8Json);

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    /// <param name="json">One JSON object.</param>
    public static ParseResult<TestVector> Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return VectorFormat.Read<TestVector>(Encoding.UTF8.GetBytes(json));
    }

    /// <summary>The vector as JSON over several lines, for people.</summary>
    public string ToJson() => VectorFormat.Write(this, indented: true);

    /// <summary>The vector as JSON in one line, for a file that holds one a line.</summary>
    public string ToJsonLine() => VectorFormat.Write(this, indented: false);
}
