namespace EmailAuth.Reports.Store.Incoming;

/// <summary>A report that was stored, and what became of it. Immutable.</summary>
public sealed class ImportedReport
{
    /// <summary>What is stored of it.</summary>
    public required IncomingDocument Document { get; init; }

    /// <summary>What became of it.</summary>
    public required IncomingResult Result { get; init; }

    /// <summary>The result and the document.</summary>
    public override string ToString() => $"{Result}: {Document}";
}
