using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using EmailAuth.Composition;
using EmailAuth.Results;

namespace EmailAuth.Testing;

/// <summary>Compares what a vector expects with what an outcome says. Keywords and domain names compare without letter case.</summary>
internal sealed class VectorComparison
{
    private const string NotChecked = "not checked";
    private const string Nothing = "nothing";

    private readonly ImmutableArray<VectorMismatch>.Builder _mismatches = ImmutableArray.CreateBuilder<VectorMismatch>();

    public static ImmutableArray<VectorMismatch> Compare(VectorExpectation expect, AuthenticationOutcome outcome)
    {
        var comparison = new VectorComparison();
        foreach (var row in expect.Rows)
        {
            comparison.Compare(row, row.In(outcome), expect.Methods[row.Name]);
        }

        var results = VectorText.Unfold(outcome.HeaderValue);
        if (expect.AuthenticationResults is { } expected && Compact(expected) != Compact(results))
        {
            comparison.Add("authentication_results", results, expected);
        }

        return comparison._mismatches.DrainToImmutable();
    }

    private void Compare(MethodRow row, IMethodOutcome? found, ExpectedMethod expected)
    {
        var evidence = found is null ? null : new MethodEvidence(found);
        if (!expected.Results.IsDefault)
        {
            if (row.Each is null)
            {
                var name = row.Expected.Length > 1 ? $"{row.Name}.{MethodEvidence.Result}" : row.Name;
                OneOf(name, found?.Result ?? row.Unchecked, expected.Results[0].Result);
                Evidence(row, row.Name, evidence?.Results[0], expected.Results[0]);
                Properties(row.Name, found?.ToMethodResults()[0], expected.Results[0]);
            }
            else
            {
                CompareEach(row, found, evidence, expected.Results);
            }
        }

        OneOf(row.Name + ExpectationConverter.Last, evidence?.Results is [.., var last] ? MethodEvidence.Text(last, MethodEvidence.Result) : found?.Result, expected.Last);
        OneOf(row.Name + ExpectationConverter.Best, found?.Result, expected.Best);
    }

    private void CompareEach(MethodRow row, IMethodOutcome? found, MethodEvidence? evidence, ImmutableArray<ExpectedResult> expected)
    {
        if (evidence is null || evidence.Results.Length != expected.Length)
        {
            Add(row.Name, evidence is null ? NotChecked : Count(evidence.Results.Length), Count(expected.Length));
            return;
        }

        var results = found!.ToMethodResults();
        for (var i = 0; i < expected.Length; i++)
        {
            var name = $"{row.Name}[{i}]";
            Evidence(row, name, evidence.Results[i], expected[i]);
            OneOf($"{name}.{MethodEvidence.Result}", MethodEvidence.Text(evidence.Results[i], MethodEvidence.Result), expected[i].Result);
            Properties(name, i < results.Length ? results[i] : null, expected[i]);
        }

        string Count(int number) => number == 1 ? $"1 {row.Each}" : $"{number} {row.Each}s";
    }

    private void Evidence(MethodRow row, string name, JsonElement? got, ExpectedResult expected)
    {
        // A text is compared exactly; the members of an object are keywords and domain names.
        var (separator, comparison) = row.IsPlain() ? ('_', StringComparison.Ordinal) : ('.', StringComparison.OrdinalIgnoreCase);
        foreach (var member in row.Expected.Concat(expected.Evidence.Keys.Except(row.Expected, StringComparer.Ordinal).Order(StringComparer.Ordinal)))
        {
            if (expected.Evidence.TryGetValue(member, out var value))
            {
                Equal($"{name}{separator}{member}", got is { } result ? MethodEvidence.Text(result, member) : null, value, comparison);
            }
        }
    }

    private void Properties(string name, MethodResult? got, ExpectedResult expected)
    {
        foreach (var (key, value) in expected.Properties.OrderBy(static property => property.Key, StringComparer.Ordinal))
        {
            var property = got?.Properties.FirstOrDefault(property => $"{property.Type}.{property.Name}" == key);
            Equal($"{name}.{ExpectationConverter.Properties}.{key}", property?.Value, value, StringComparison.OrdinalIgnoreCase);
        }
    }

    private void OneOf(string member, string? got, ImmutableArray<string> expected)
    {
        if (!expected.IsDefault && (got is null || !expected.Contains(got, StringComparer.OrdinalIgnoreCase)))
        {
            Add(member, got ?? NotChecked, expected.IsEmpty ? Nothing : string.Join(" or ", expected));
        }
    }

    private void Equal(string member, string? got, string expected, StringComparison comparison)
    {
        if (!string.Equals(got ?? string.Empty, expected, comparison))
        {
            Add(member, string.IsNullOrEmpty(got) ? Nothing : got, expected.Length == 0 ? Nothing : expected);
        }
    }

    private void Add(string member, string got, string expected) => _mismatches.Add(new VectorMismatch(member, got, expected));

    // The field's name may come before the value; white space and folding are ignored.
    private static string Compact(string value)
    {
        const string Name = "Authentication-Results:";
        value = value.TrimStart();
        value = value.StartsWith(Name, StringComparison.OrdinalIgnoreCase) ? value[Name.Length..] : value;
        var compact = new StringBuilder(value.Length);
        foreach (var c in value)
        {
            if (!char.IsWhiteSpace(c))
            {
                compact.Append(c);
            }
            else if (compact.Length > 0 && compact[^1] != ' ')
            {
                compact.Append(' ');
            }
        }

        return compact.ToString().TrimEnd();
    }
}
