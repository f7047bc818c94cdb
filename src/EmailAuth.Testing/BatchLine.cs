using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>One line of a batch's input: a message to judge. Immutable.</summary>
public sealed class BatchLine
{
    /// <summary>The id that the result repeats, or null.</summary>
    public string? Id { get; init; }

    /// <summary>The DNS data of the line; null to ask the configured resolver.</summary>
    public Zone? Zone { get; init; }

    /// <summary>The envelope, the message and the options.</summary>
    public required VectorInput Input { get; init; }

    /// <summary>Reads a line: a JSON object with <c>id</c>, <c>zone</c> (optional) and <c>input</c>. Other members are ignored.</summary>
    /// <param name="utf8Json">The line in UTF-8.</param>
    /// <returns>The line, or an error with the wrong member and its position.</returns>
    public static ParseResult<BatchLine> Parse(ReadOnlySpan<byte> utf8Json) => VectorFormat.Read<BatchLine>(utf8Json);

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    /// <param name="json">The line.</param>
    public static ParseResult<BatchLine> Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return VectorFormat.Read<BatchLine>(Encoding.UTF8.GetBytes(json));
    }
}
