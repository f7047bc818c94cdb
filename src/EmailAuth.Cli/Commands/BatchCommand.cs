using System.CommandLine;
using System.Globalization;
using System.Text;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Composition;
using EmailAuth.Testing;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth batch</c>: reads one JSON object a line, and writes one a line, in the same order, on all cores.</summary>
internal static class BatchCommand
{
    // After Ctrl-C, lines in progress may wait for the DNS for this long, which a user at a shell accepts.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private static readonly byte[] LineEnd = [(byte)'\n'];

    private static readonly string Methods = string.Join(", ", MethodTable.Ranked.Select(static row => row.Method).Distinct(StringComparer.Ordinal).Select(static name => $"\"{name}\": {(name == "dkim" ? "[...]" : "{...}")}"));

    private static readonly Option<int> Jobs = JobsOption.Create();

    private static readonly Option<int> InFlight = JobsOption.CreateInFlight();

    private static readonly Option<bool> Schema = SchemaOption.Create("a line of the output");

    public static Command Create()
    {
        var command = new Command("batch", "Judges messages given as JSON, one on each line of standard input, and writes one JSON object a line, in the same order.")
        {
            Jobs, InFlight, Schema, EnvelopeOptions.AuthservId,
        };
        ResolverOptions.AddTo(command);
        SettingsOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command.WithExamples($$$"""
            A line in:   {"id": "1", "zone": {...}, "input": {"ip": "192.0.2.1", "helo": "mail.example.com", "mail_from": "a@example.com", "message_b64": "..."}}
            A line out:  {"id": "1", {{{Methods}}}, "authentication_results": "...", "error": null}
            A line without "zone" uses the DNS, or the zone of --zone. A line that cannot be read gives {"id": null, "error": "line 7: ..."}.

            Examples:
              emailauth batch < messages.jsonl > results.jsonl
              emailauth batch --dns 127.0.0.1:5353 --jobs 8 < messages.jsonl | jq -r '[.id, .dmarc.result] | @tsv'
              emailauth batch --schema > batch-line.schema.json

            Exit codes: 0 the input was read to its end, 2 wrong usage, 3 input or output failed, 130 interrupted.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Schema))
        {
            return SchemaOption.Print(OutputSchema.BatchLine);
        }

        var settings = SettingsOptions.Read(arguments);
        var runner = new VectorRunner(settings.ToOptions(), ResolverOptions.CreateResolver(arguments, settings.ToResolverOptions()));
        var input = StandardInput.Open();
        await using var output = new BufferedStream(StandardOutput.Open(), 128 * 1024);
        using var progress = new Progress("lines", () => StandardInput.ShareRead(input));
        using var patience = new CancellationTokenSource();
        await using var registration = cancellationToken.Register(() => patience.CancelAfter(Patience));

        var results = OrderedWork.RunAsync(
            LineReader.ReadAsync(input, cancellationToken),
            line => JudgeAsync(runner, line, patience.Token),
            static line => line.Bytes.Length,
            arguments.GetValue(Jobs),
            arguments.GetValue(InFlight),
            cancellationToken);
        await using var pending = results.GetAsyncEnumerator(CancellationToken.None);
        try
        {
            while (true)
            {
                var next = pending.MoveNextAsync();
                if (!next.IsCompleted)
                {
                    // No result is ready: flush, so that a reader gets the results so far.
                    await output.FlushAsync(CancellationToken.None);
                }

                if (!await next)
                {
                    return ExitCode.Success;
                }

                await output.WriteAsync(pending.Current, CancellationToken.None);
                await output.WriteAsync(LineEnd, CancellationToken.None);
                progress.Advance();
            }
        }
        finally
        {
            await output.FlushAsync(CancellationToken.None);
        }
    }

    private static async Task<byte[]> JudgeAsync(VectorRunner runner, NumberedLine line, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetBytes(await ResultOfAsync(runner, line, cancellationToken));

    private static async Task<string> ResultOfAsync(VectorRunner runner, NumberedLine line, CancellationToken cancellationToken)
    {
        if (line.IsTooLong)
        {
            return BatchResult.ToErrorLine(line.Number, string.Create(CultureInfo.InvariantCulture, $"longer than {LineReader.MaxLength} bytes"));
        }

        var parsed = BatchLine.Parse(line.Bytes.Span);
        line.Release();
        var judged = await JudgedLine.OfAsync(runner, parsed, cancellationToken);
        return judged.Result ?? BatchResult.ToErrorLine(line.Number, judged.Reason!);
    }
}
