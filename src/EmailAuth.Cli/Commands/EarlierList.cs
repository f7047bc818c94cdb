using System.Text;
using System.Text.Json;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Commands;

/// <summary>The output of an earlier run of <c>emailauth domain --list</c>, to which the next run adds lines.</summary>
internal static class EarlierList
{
    // Each level of includes has four levels of JSON, and the tree of a hostile record has sixty.
    private const int MostDepth = 1_000;

    // How each line of JSON begins.
    private const string FirstMember = "{\"domain\":";

    /// <summary>
    /// The domains of the complete lines, and what they say. A line that the end of the earlier run cut off is removed, and its domain is checked again. A file that no such
    /// run wrote stays as it is.
    /// </summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <param name="isCsv">Whether its lines are CSV.</param>
    /// <param name="isStrict">Whether a warning gives exit code 1.</param>
    /// <exception cref="CommandException">The file cannot be read, or is not of this form.</exception>
    public static EarlierLines Resume(string path, bool isCsv, bool isStrict)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        var (worst, isUnknown) = (ExitCode.Success, false);
        if (!File.Exists(path))
        {
            return new EarlierLines(done, worst, isUnknown);
        }

        if (FileStatus.IsSpecial(path))
        {
            throw new CommandException(ExitCode.Input, $"'{path}' is not a file with the lines of an earlier run: give such a file, or leave --resume out");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            var end = EndOfLastLine(file);
            RequireStart(file, isCsv);
            using var lines = new StreamReader(file, leaveOpen: true);
            var isCut = end < file.Length;
            for (var next = lines.ReadLine(); next is not null;)
            {
                var line = next;
                next = lines.ReadLine();
                if (next is null && isCut)
                {
                    break;
                }

                if (isCsv && line == DomainCsv.Header)
                {
                    continue;
                }

                var row = isCsv ? OfCsv(line) : OfJson(line);
                if (row.Domain is { Length: > 0 } domain)
                {
                    done.Add(domain);
                    worst = row.HasErrors || (isStrict && row.HasWarnings) ? ExitCode.Failure : worst;
                    isUnknown |= row.IsUnknown;
                }
                else
                {
                    // What is not a domain: the line of its error, as in RunAsync of DomainList.
                    isUnknown = true;
                }
            }

            file.SetLength(end);
            return new EarlierLines(done, worst, isUnknown);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw MessageFile.Unreadable(path, e);
        }
    }

    private static long EndOfLastLine(FileStream file)
    {
        for (var end = file.Length; end > 0; end--)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
            {
                return end;
            }
        }

        return 0;
    }

    // A file without one complete line must also begin as this form does: all of it would be cut.
    private static void RequireStart(FileStream file, bool isCsv)
    {
        var expected = isCsv ? $"{DomainCsv.Header}{Environment.NewLine}" : FirstMember;
        var start = new byte[Math.Min(file.Length, expected.Length)];
        file.Position = 0;
        file.ReadExactly(start);
        file.Position = 0;
        if (!Encoding.ASCII.GetBytes(expected).AsSpan().StartsWith(start))
        {
            throw NotOfThisForm(isCsv);
        }
    }

    // Only the last two cells may have a comma or a quotation mark in them.
    private static Row OfCsv(string line)
    {
        var cells = line.Split(',', 10);
        return cells.Length < 10 ? new Row(null, false, false, true) : new Row(cells[0], cells[2] != "0", cells[3] != "0", cells[8] != "no");
    }

    private static Row OfJson(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = MostDepth });
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("domain", out var domain) && domain.ValueKind is JsonValueKind.String or JsonValueKind.Null
                ? new Row(domain.GetString(), Has(json.RootElement, "errors"), Has(json.RootElement, "warnings"), Has(json.RootElement, "has_unknown"))
                : throw NotOfThisForm(isCsv: false);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw NotOfThisForm(isCsv: false);
        }
    }

    // A number above 0, or true.
    private static bool Has(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.Number && value.GetDouble() > 0));

    private static CommandException NotOfThisForm(bool isCsv) => new(
        ExitCode.Input, $"the file of --output is not {(isCsv ? "the CSV" : "the JSON")} of an earlier run: give the file of such a run{(isCsv ? string.Empty : "; for CSV also give --csv")}");

    private readonly record struct Row(string? Domain, bool HasErrors, bool HasWarnings, bool IsUnknown);
}
