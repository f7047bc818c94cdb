using System.Text.Json;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>
/// A JSON value that its member does not allow. <see cref="VectorFormat"/> catches it, and returns an error with the position.
/// </summary>
/// <param name="reason">What is wrong.</param>
/// <param name="member">The member of the value just read that is wrong; null for the value itself.</param>
internal sealed class JsonFault(string reason, string? member = null) : JsonException(reason)
{
    public const string NoObject = "an object is expected";
    public const string NoUnicode = "a string holds half a character, or bytes that are not UTF-8";

    public string? Member { get; } = member;

    /// <summary>What kind of fault it is.</summary>
    public SyntaxErrorCode Code { get; init; }

    /// <summary>Throws unless a reader is at a token of a kind.</summary>
    public static void ThrowUnless(ref readonly Utf8JsonReader reader, JsonTokenType expected, string reason)
    {
        if (reader.TokenType != expected)
        {
            throw new JsonFault(reason);
        }
    }
}
