using System.Text.Json;

namespace EmailAuth.Testing;

/// <summary>Members of an object that we do not know, as they stood, so that writing gives back what was read.</summary>
internal sealed class UnknownMembers
{
    public static readonly UnknownMembers None = new();

    private readonly List<KeyValuePair<string, JsonElement>> _members = [];

    public bool IsEmpty => _members.Count == 0;

    /// <summary>Keeps the member on whose value a reader stands.</summary>
    /// <param name="kept">What is kept so far, or null.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="reader">Stands on its value, and is left on its end.</param>
    public static void Keep(ref UnknownMembers kept, string name, ref Utf8JsonReader reader)
    {
        kept = ReferenceEquals(kept, None) ? new UnknownMembers() : kept;
        var value = JsonElement.ParseValue(ref reader);

        // What cannot be written again (a string with half a character) is refused here, where the place is known.
        using var trial = new Utf8JsonWriter(Stream.Null);
        value.WriteTo(trial);
        kept._members.Add(new KeyValuePair<string, JsonElement>(name, value));
    }

    public void Write(Utf8JsonWriter writer)
    {
        foreach (var (name, value) in _members)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
    }
}
