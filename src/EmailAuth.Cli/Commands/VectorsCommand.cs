using System.CommandLine;
using System.Runtime.CompilerServices;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Syntax;
using EmailAuth.Testing;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth vectors</c>: runs test vectors and reports those that fail.</summary>
internal static class VectorsCommand
{
    private static readonly Argument<string[]> Paths = OutputOptions.Paths("FILE", "Files of vectors: .json (one vector) or .jsonl (one a line); or folders of such files.");

    private static readonly Option<bool> Outcomes = new("--outcomes") { Description = "Print the outcome of each vector as 'emailauth verify --json' does." };

    private static readonly Option<int> Jobs = JobsOption.Create();

    public static Command Create()
    {
        var command = new Command("vectors", "Runs test vectors: cases as data, with the expected verdict. Prints a line for each difference, and a count.")
        {
            Paths, Outcomes, OutputOptions.Json, Jobs,
        };
        command.Validators.Add(result =>
        {
            if (result.IsOn(Outcomes) && result.IsOn(OutputOptions.Json))
            {
                result.AddError("--outcomes and --json exclude each other: choose one");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth vectors testdata/vectors
              emailauth vectors incident.json --outcomes

            Exit codes: 0 all pass, 1 at least one fails, 2 wrong usage, 3 a file or a vector cannot be read, 130 interrupted.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var run = new VectorRun(arguments.GetValue(OutputOptions.Json), arguments.GetValue(Outcomes));
        var runner = new VectorRunner();
        var files = arguments.GetRequiredValue(Paths).SelectMany(FilesOf).ToList();
        using (var progress = new Progress("vectors"))
        {
            var results = OrderedWork.RunAsync(
                ReadAsync(files, cancellationToken),
                async vector => (vector, vector.IsSuccess ? await runner.RunAsync(vector.Value, cancellationToken) : null),
                vector => vector.Value?.Input.Message?.Length ?? 0,
                arguments.GetValue(Jobs),
                OrderedWork.DefaultInFlight,
                cancellationToken);
            await foreach (var (vector, report) in results)
            {
                run.Add(vector, report);
                progress.Advance();
            }
        }

        run.Finish();
        return run.FailedCount > 0 ? ExitCode.Failure : run.UnreadableCount > 0 ? ExitCode.Input : ExitCode.Success;
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? [path] : throw new CommandException(ExitCode.Input, $"'{path}' does not exist: give a file of vectors, or a folder of such files");
        }

        var files = FolderFiles.Of(path).Where(file => Path.GetExtension(file) is ".json" or ".jsonl").ToList();
        return files.Count > 0 ? files : throw new CommandException(ExitCode.Input, $"'{path}' has no .json or .jsonl file: give a folder with vectors");
    }

    private static async IAsyncEnumerable<ParseResult<TestVector>> ReadAsync(IEnumerable<string> files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Reading is fast compared with judging, and lets the jobs run in between.
        await Task.Yield();
        foreach (var file in files)
        {
            using var vectors = Open(file);
            while (Next(vectors, file))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return vectors.Current;
            }
        }
    }

    private static IEnumerator<ParseResult<TestVector>> Open(string file)
    {
        try
        {
            return VectorFile.Read(file).GetEnumerator();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw MessageFile.Unreadable(file, e);
        }
    }

    private static bool Next(IEnumerator<ParseResult<TestVector>> vectors, string file)
    {
        try
        {
            return vectors.MoveNext();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw MessageFile.Unreadable(file, e);
        }
    }
}
