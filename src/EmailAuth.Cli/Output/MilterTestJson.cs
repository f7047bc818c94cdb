using System.Text.Json;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Protocol.Trial;

namespace EmailAuth.Cli.Output;

/// <summary>The account of a trial of a milter, for programs.</summary>
internal static class MilterTestJson
{
    /// <summary>Writes it.</summary>
    public static void Write(Utf8JsonWriter json, string address, MilterTrialResult result)
    {
        json.WriteStartObject();
        json.WriteString("milter", address);
        json.WriteString("answer", result.Fault is null ? MilterWords.Of(result.Answer!.Value) : null);
        json.WriteString("smtp_reply", result.AnswerText);
        json.WriteString("fault", result.Fault);
        json.WriteNumber("version", result.Version);
        WriteWords(json, "actions", MilterWords.Of(result.Actions));
        WriteWords(json, "leaves_out", MilterWords.Of(result.Steps));
        json.WriteStartObject("macros");
        foreach (var (stage, names) in result.MacroLists)
        {
            json.WriteString(MilterWords.Of(stage), names);
        }

        json.WriteEndObject();
        json.WriteStartArray("steps");
        foreach (var step in result.Sent)
        {
            json.WriteStartObject();
            json.WriteString("step", step.Name);
            json.WriteString("detail", step.Detail);
            json.WriteString("reply", step.Reply is { } reply ? MilterWords.Of(reply) : null);
            json.WriteString("smtp_reply", step.Text);
            json.WriteNumber("milliseconds", Math.Round(step.Elapsed.TotalMilliseconds, 3));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("changes");
        foreach (var change in result.Changes)
        {
            json.WriteStartObject();
            json.WriteString("change", MilterWords.Of(change.Kind));
            json.WriteNumber("index", change.Index);
            json.WriteString("name", change.Name);
            json.WriteString("value", change.Value);
            if (change.Kind == MilterReply.ReplaceBody)
            {
                json.WriteNumber("body_octets", change.Body.Length);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteWords(Utf8JsonWriter json, string name, IReadOnlyList<string> words)
    {
        json.WriteStartArray(name);
        foreach (var word in words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    }
}
