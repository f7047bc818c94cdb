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
    /// The domains of the complete lines. A line that the end of the earlier run cut off is removed, and its domain is checked again. A file that no such
    /// run wrote stays as it is.
    /// </summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <param name="isCsv">Whether its lines are CSV.</param>
    /// <exception cref="CommandException">The file cannot be read, or is not of this form.</exception>
    public static HashSet<string> Resume(string path, bool isCsv)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            return done;
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

                if ((isCsv ? line.Split(',')[0] : DomainOf(line)) is { Length: > 0 } domain)
                {
                    done.Add(domain);
                }
            }

            file.SetLength(end);
            return done;
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

    private static string? DomainOf(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = MostDepth });
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("domain", out var domain) && domain.ValueKind is JsonValueKind.String or JsonValueKind.Null
                ? domain.GetString()
                : throw NotOfThisForm(isCsv: false);
        }
        catch (JsonException)
        {
            throw NotOfThisForm(isCsv: false);
        }
    }

    private static CommandException NotOfThisForm(bool isCsv) => new(
        ExitCode.Input, $"the file of --output is not {(isCsv ? "the CSV" : "the JSON")} of an earlier run: give the file of such a run{(isCsv ? string.Empty : "; for CSV also give --csv")}");
}
