using System.Collections.Immutable;
using System.Text.Json;
using EmailAuth.Results;

namespace EmailAuth.Tests.TestSupport;

/// <summary>A method that the product does not know: what shows it shows any method.</summary>
internal sealed class MadeUpMethod : IMethodOutcome
{
    public string Name => "made-up";

    public string Method => "made-up";


    public string Result => "permerror";

    public string Reason => "nobody made it";

    public void AddResultsTo(ImmutableArray<MethodResult>.Builder results) =>
        results.Add(new MethodResult { Method = Method, Result = Result, Reason = Reason, Properties = [new ResultProperty("policy", "maker", "maker.example")] });

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("result", Result);
        json.WriteString("domain", "maker.example");
        json.WriteString("reason", Reason);
        json.WriteString("evidence", "none at all");
        json.WriteEndObject();
    }
}
