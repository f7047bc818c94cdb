namespace EmailAuth.Inspection.Signatures;

/// <summary>What a search in a header knows beside the fields.</summary>
internal sealed class HeaderParts
{
    private List<MimePart>? _parts;

    /// <summary>Whether the header is canonicalized as relaxed.</summary>
    public required bool IsRelaxed { get; init; }

    /// <summary>The name of the signature's own field as it is written.</summary>
    public required string OwnName { get; init; }

    /// <summary>Its value without that of <c>b=</c>.</summary>
    public required string OwnValue { get; init; }

    /// <summary>When the signature was made (<c>t=</c>); null when it does not say.</summary>
    public DateTimeOffset? SignedAt { get; init; }

    /// <summary>The body, whose parts may have fields that were those of the message.</summary>
    public required BodyLines Body { get; init; }

    /// <summary>The values of a field in the headers of the body's parts.</summary>
    public IEnumerable<string> ValuesOf(string name) =>
        (_parts ??= MimeText.Parts(Body)).Select(part => MimeText.FieldOf(Body, part, name)).OfType<string>().Distinct(StringComparer.Ordinal);
}
