using System.Globalization;
using EmailAuth.Syntax;
using EmailAuth.Testing;

namespace EmailAuth.Cli.Output;

/// <summary>Counts vectors as they end, and reports differences.</summary>
internal sealed class VectorRun(bool isJson, bool showsOutcomes)
{
    private readonly List<(string? Id, VectorMismatch? Mismatch, string? Error)> _failures = [];

    public int PassedCount { get; private set; }

    public int FailedCount { get; private set; }

    public int UnreadableCount { get; private set; }

    public void Add(ParseResult<TestVector> vector, VectorRunResult? report)
    {
        if (report is null)
        {
            UnreadableCount++;
            Tell(null, null, vector.Error!.Reason);
            return;
        }

        _ = report.IsPass ? PassedCount++ : FailedCount++;
        foreach (var mismatch in report.Mismatches)
        {
            Tell(report.Id, mismatch, null);
        }

        if (showsOutcomes)
        {
            Console.Out.WriteLine(MessageAccount.Of(report.Outcome, vector.Value!.Input.Message ?? default, null, vector.Value.Input.Now, isWhole: true).Json(JsonOutput.Indented));
        }
    }

    public void Finish()
    {
        if (isJson)
        {
            WriteJson();
            return;
        }

        var unreadable = UnreadableCount > 0 ? $", {UnreadableCount} cannot be read" : string.Empty;
        var total = PassedCount + FailedCount + UnreadableCount;
        var count = string.Create(CultureInfo.InvariantCulture, $"{total} vector{(total == 1 ? string.Empty : "s")}: {PassedCount} passed, {FailedCount} failed{unreadable}");
        (showsOutcomes ? Console.Error : Console.Out).WriteLine(count);
    }

    private void Tell(string? id, VectorMismatch? mismatch, string? error)
    {
        if (isJson)
        {
            _failures.Add((id, mismatch, error));
        }
        else
        {
            (showsOutcomes ? Console.Error : Console.Out).WriteLine(VisibleText.Of(error ?? $"{id}: {mismatch}"));
        }
    }

    private void WriteJson() => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("passed", PassedCount);
        json.WriteNumber("failed", FailedCount);
        json.WriteNumber("unreadable", UnreadableCount);
        json.WriteStartArray("failures");
        foreach (var (id, mismatch, error) in _failures)
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("member", mismatch?.Member);
            json.WriteString("got", mismatch?.Got);
            json.WriteString("expected", mismatch?.Expected);
            json.WriteString("error", error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
