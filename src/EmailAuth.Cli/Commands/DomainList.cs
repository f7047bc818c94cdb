using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using EmailAuth.Cli.Domains;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Dns;
using EmailAuth.Inspection.Domains;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth domain --list</c>: checks the domains of a file, many at the same time, and writes a line for each, in their order.</summary>
internal static class DomainList
{
    // Each domain asks about fifty questions at the same time, so that this many keep a few thousand in flight.
    private const int DefaultInFlight = 32;
    private const int MostInFlight = 1_000;

    private static readonly Option<string?> List = new("--list")
    {
        Description = "Check the domains in this file, one a line (- for standard input; # begins a comment), and write a JSON object a line.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Csv = new("--csv") { Description = "With --list: write CSV instead of JSON." };

    private static readonly Option<string?> Output = new("--output") { Description = "With --list: write to this file instead of standard output.", HelpName = "FILE" };

    private static readonly Option<bool> Resume = new("--resume") { Description = "With --output: leave out the domains that the file already has, and add the others to it." };

    private static readonly Option<int> InFlight = CreateInFlight();

    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { List, Csv, Output, Resume, InFlight })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(static result =>
        {
            if (result.GetResult(List) is null && (result.IsOn(Csv) || result.GetResult(Output) is not null))
            {
                result.AddError("--csv and --output are for --list");
            }
            else if (result.IsOn(Resume) && result.GetResult(Output) is null)
            {
                result.AddError("--resume needs --output: the file to add to");
            }
        });
    }

    /// <summary>Whether a list is given.</summary>
    public static bool IsGiven(CommandResult result) => result.GetResult(List) is not null;

    public static async Task<int> RunAsync(ParseResult arguments, IDnsResolver resolver, DomainOptions options, bool isStrict, CancellationToken cancellationToken)
    {
        var isCsv = arguments.GetValue(Csv);
        var (path, isResumed) = (arguments.GetValue(Output), arguments.GetValue(Resume));
        OutputFile.Refuse(path, arguments.GetValue(List), ResolverOptions.ZoneOf(arguments));
        var earlier = isResumed ? EarlierList.Resume(path!, isCsv, isStrict) : new EarlierLines([], ExitCode.Success, false);
        await using var input = OpenList(arguments.GetValue(List)!);
        await using var file = path is null ? null : OpenOutput(path, isResumed);
        await using var output = new StreamWriter(file ?? StandardOutput.Open(), new UTF8Encoding(false));
        if (isCsv && (file is null || file.Length == 0))
        {
            await output.WriteLineAsync(DomainCsv.Header);
        }

        using var progress = new Progress("domains", () => StandardInput.ShareRead(input));
        var (worst, isUnknown) = (earlier.Worst, earlier.IsUnknown);
        var results = OrderedWork.RunAsync(
            Wanted(LineReader.ReadAsync(input, cancellationToken), earlier.Domains),
            item => InspectAsync(item, resolver, options, isCsv, isStrict, cancellationToken),
            static _ => 0,
            Environment.ProcessorCount,
            arguments.GetValue(InFlight),
            cancellationToken);
        try
        {
            await foreach (var (line, code, unknown) in results)
            {
                await output.WriteLineAsync(line);
                worst = Math.Max(worst, code);
                isUnknown |= unknown;
                progress.Advance();
            }
        }
        finally
        {
            await output.FlushAsync(CancellationToken.None);
        }

        return worst == ExitCode.Success && isUnknown ? ExitCode.Input : worst;
    }

    private static async Task<(string Line, int Code, bool IsUnknown)> InspectAsync(
        (long Number, string Name) item, IDnsResolver resolver, DomainOptions options, bool isCsv, bool isStrict, CancellationToken cancellationToken)
    {
        var name = OutputOptions.ReadDomain(item.Name);
        if (!name.IsSuccess)
        {
            var error = string.Create(CultureInfo.InvariantCulture, $"line {item.Number}: {name.Error.Reason}");
            return (isCsv ? DomainCsv.ErrorLine(error) : JsonOutput.Text(json => DomainJson.WriteError(json, error), JsonOutput.OneLine), ExitCode.Success, true);
        }

        var inspection = await DomainInspector.InspectAsync(name.Value, resolver, options.With([]), cancellationToken);
        var line = isCsv ? DomainCsv.Line(inspection) : JsonOutput.Text(json => DomainJson.Write(json, inspection), JsonOutput.OneLine);
        return (line, DomainCommand.CodeOf(inspection, isStrict), inspection.HasUnknown);
    }

    private static async IAsyncEnumerable<(long Number, string Name)> Wanted(IAsyncEnumerable<NumberedLine> lines, HashSet<string> done)
    {
        await foreach (var line in lines)
        {
            // A name has at most 253 characters; a longer line is an error in any case.
            var text = Encoding.UTF8.GetString(line.Bytes.Span[..Math.Min(line.Bytes.Length, 1_000)]);
            var number = line.Number;
            line.Release();
            var name = (text.IndexOf('#', StringComparison.Ordinal) is var comment and >= 0 ? text[..comment] : text).Trim().Trim('\uFEFF');
            if (name.Length > 0 && !(OutputOptions.ReadDomain(name).Value is { } domain && done.Contains(domain.ToString())))
            {
                yield return (number, name);
            }
        }
    }

    private static Stream OpenList(string path)
    {
        try
        {
            return path == "-" ? StandardInput.Open() : File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw MessageFile.Unreadable(path, e);
        }
    }

    private static FileStream OpenOutput(string path, bool isResumed)
    {
        try
        {
            return new FileStream(path, isResumed ? FileMode.Append : FileMode.CreateNew, FileAccess.Write);
        }
        catch (IOException e) when (!isResumed && File.Exists(path))
        {
            throw new CommandException(ExitCode.Input, $"'{path}' exists: add to it with --resume, or give another file", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandException(ExitCode.Input, $"'{path}' cannot be written: {e.Message}", e);
        }
    }

    private static Option<int> CreateInFlight()
    {
        var option = new Option<int>("--in-flight")
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"With --list: how many domains are in progress. Default: {DefaultInFlight}."),
            HelpName = "N",
            DefaultValueFactory = static _ => DefaultInFlight,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostInFlight))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--in-flight must be a number from 1 to {MostInFlight}, not '{result.Tokens[0].Value}'"));
            }
        });
        return option;
    }
}
