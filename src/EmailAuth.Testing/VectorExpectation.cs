using System.Collections.Immutable;
using System.Text.Json;
using EmailAuth.Composition;

namespace EmailAuth.Testing;

/// <summary>The verdict that a vector expects. Only members that are set are compared.</summary>
public sealed record VectorExpectation
{
    /// <summary>
    /// The expected result of each method, by its name in the outcome's JSON. <c>spf</c> is the result for MAIL FROM, or for HELO when
    /// there is no MAIL FROM.
    /// </summary>
    public ImmutableDictionary<string, ExpectedMethod> Methods { get; init; } = ImmutableDictionary<string, ExpectedMethod>.Empty;

    /// <summary>The value of the Authentication-Results field; null when it is not compared. White space and folding do not matter.</summary>
    public string? AuthenticationResults { get; init; }

    /// <summary>The fields that sealing adds; null when they are not compared.</summary>
    public SealExpectation? Seal { get; init; }

    internal Dictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>The rows of the expected methods, in the order of a vector.</summary>
    internal IEnumerable<MethodRow> Rows =>
        MethodTable.Ranked.Where(row => Methods.ContainsKey(row.Name))
            .Concat(Methods.Keys.Where(static name => MethodTable.Ranked.All(row => row.Name != name)).Order(StringComparer.Ordinal).Select(MethodRow.Unlisted));

    /// <summary>Turns an outcome into the verdict that its recording expects.</summary>
    /// <param name="outcome">The outcome.</param>
    public static VectorExpectation Of(AuthenticationOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var methods = ImmutableDictionary.CreateBuilder<string, ExpectedMethod>(StringComparer.Ordinal);
        foreach (var row in MethodTable.SummaryOf(outcome))
        {
            if (row.In(outcome) is { } found)
            {
                var evidence = new MethodEvidence(found);
                methods.Add(row.Name, new ExpectedMethod
                {
                    Results = [.. evidence.Results.Select(result => Of(row, result))],
                    Best = evidence.IsList ? [found.Result] : default,
                });
            }
        }

        return new VectorExpectation { Methods = methods.ToImmutable(), AuthenticationResults = VectorText.Unfold(outcome.HeaderValue) };
    }

    private static ExpectedResult Of(MethodRow row, JsonElement result) => new()
    {
        Result = MethodEvidence.Text(result, MethodEvidence.Result) is { } code ? [code] : default,
        Evidence = row.Expected
            .Where(static member => member != MethodEvidence.Result)
            .Select(member => KeyValuePair.Create(member, MethodEvidence.Text(result, member)!))
            .Where(static member => member.Value is not null)
            .ToImmutableDictionary(),
    };
}
