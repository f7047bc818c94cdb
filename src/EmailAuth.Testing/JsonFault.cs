using System.Text.Json;

namespace EmailAuth.Testing;

/// <summary>A JSON value that is not what its member holds. It never leaves <see cref="VectorFormat"/>, which answers with an error that adds the place.</summary>
/// <param name="reason">What is wrong.</param>
/// <param name="member">The member of the value just read that it is about; null for the value itself.</param>
internal sealed class JsonFault(string reason, string? member = null) : JsonException(reason)
{
    public const string NoObject = "an object is expected";
    public const string NoUnicode = "a string holds half a character, or bytes that are not UTF-8";

    public string? Member { get; } = member;

    /// <summary>Throws unless a reader is at a token of a kind.</summary>
    public static void ThrowUnless(ref readonly Utf8JsonReader reader, JsonTokenType expected, string reason)
    {
        if (reader.TokenType != expected)
        {
            throw new JsonFault(reason);
        }
    }
}
