using System.Collections.Immutable;

namespace EmailAuth.Reports.Feedback;

/// <summary>What the third part of a report has of the message that the report is about: its header, never its body. Immutable.</summary>
/// <remarks>All of it is text that the sender wrote. Nothing of it was fetched, rendered or opened.</remarks>
public sealed class OriginalMessage
{
    /// <summary>The fields in their order, unfolded; those past the limit are left out.</summary>
    public ImmutableArray<FeedbackField> Fields { get; init; } = [];

    /// <summary>Whether the part has a body after the header. The body is not kept.</summary>
    public bool HasBody { get; init; }

    /// <summary>The value of the first field of a name, without regard to case; null without such a field.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var field in Fields)
            {
                if (string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase))
                {
                    return field.Value;
                }
            }

            return null;
        }
    }

    /// <summary>The number of fields.</summary>
    public override string ToString() => $"{Fields.Length} fields, From: {this["From"]}";
}
