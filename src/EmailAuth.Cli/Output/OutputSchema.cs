namespace EmailAuth.Cli.Output;

/// <summary>The JSON Schemas of the commands' output. Each is a file inside the command.</summary>
internal static class OutputSchema
{
    /// <summary>The schema of an outcome.</summary>
    public const string Outcome = "outcome.schema.json";

    /// <summary>The schema of a line of a batch's output.</summary>
    public const string BatchLine = "batch-line.schema.json";

    /// <summary>The schema of the status of reports.</summary>
    public const string ReportStatus = "reports-status.schema.json";

    /// <summary>The schema of a preview of reports.</summary>
    public const string ReportPreview = "reports-preview.schema.json";

    /// <summary>The schema of a line about a written report.</summary>
    public const string WrittenReport = "reports-write-line.schema.json";

    /// <summary>The schema of the inspection of a domain.</summary>
    public const string Domain = "domain.schema.json";

    /// <summary>The schema of a line of <c>reports read --json</c>.</summary>
    public const string ReportLine = "report-line.schema.json";

    /// <summary>The schema of the summary of reports that came in.</summary>
    public const string ReportSummary = "reports-summary.schema.json";

    /// <summary>The text of a schema, with its last line end.</summary>
    public static string Text(string name)
    {
        using var stream = typeof(OutputSchema).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"There is no schema {name}.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
