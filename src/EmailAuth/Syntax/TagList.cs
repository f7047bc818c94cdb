using System.Collections.Immutable;

namespace EmailAuth.Syntax;

/// <summary>
/// A text read as a tag list (RFC 6376 section 3.2), the shape of most records of mail: its tags, also when they
/// do not make a valid record. Immutable.
/// </summary>
public sealed class TagList
{
    private TagList(ImmutableArray<RecordTag> tags, SyntaxError? error)
    {
        Tags = tags;
        Error = error;
    }

    /// <summary>The tags in the order of the text; those before the fault when there is one.</summary>
    public ImmutableArray<RecordTag> Tags { get; }

    /// <summary>Where the text stops being a tag list, and why; null when all of it is one.</summary>
    public SyntaxError? Error { get; }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text of a TXT record, its character-strings joined.</param>
    public static TagList Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reader = new TagListReader(text);
        var tags = ImmutableArray.CreateBuilder<RecordTag>();
        while (reader.TryRead(out var tag))
        {
            tags.Add(new RecordTag(tag.Name.ToString(), tag.Value.ToString(), tag.NamePosition, tag.ValuePosition));
        }

        return new TagList(tags.DrainToImmutable(), reader.Error);
    }
}
