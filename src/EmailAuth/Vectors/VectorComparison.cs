using System.Collections.Immutable;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Signatures;

namespace EmailAuth.Vectors;

/// <summary>Compares what a vector expects with what an outcome says. Keywords and domain names compare without letter case.</summary>
internal sealed class VectorComparison
{
    private const string NotChecked = "not checked";
    private const string Nothing = "nothing";

    private readonly ImmutableArray<VectorMismatch>.Builder _mismatches = ImmutableArray.CreateBuilder<VectorMismatch>();

    public static ImmutableArray<VectorMismatch> Compare(VectorExpectation expect, AuthenticationOutcome outcome)
    {
        var comparison = new VectorComparison();
        comparison.Run(expect, outcome);
        return comparison._mismatches.DrainToImmutable();
    }

    private void Run(VectorExpectation expect, AuthenticationOutcome outcome)
    {
        var verdict = new Verdict(outcome);
        OneOf("spf", verdict.Spf ?? Verdict.NothingToCheck, expect.Spf);
        Equal("spf_explanation", verdict.SpfExplanation, expect.SpfExplanation, StringComparison.Ordinal);
        Signatures(outcome.Dkim, expect.Dkim);
        OneOf("dkim_last", verdict.DkimLast, expect.DkimLast);
        OneOf("dkim_best", verdict.DkimBest, expect.DkimBest);
        if (expect.Dmarc is { } dmarc)
        {
            OneOf("dmarc.result", verdict.Dmarc, dmarc.Result);
            Equal("dmarc.policy", verdict.DmarcPolicy, dmarc.Policy, StringComparison.OrdinalIgnoreCase);
            Equal("dmarc.disposition", verdict.DmarcDisposition, dmarc.Disposition, StringComparison.OrdinalIgnoreCase);
            Equal("dmarc.org_domain", verdict.DmarcOrgDomain, dmarc.OrgDomain, StringComparison.OrdinalIgnoreCase);
        }

        OneOf("arc", verdict.Arc, expect.Arc);
        OneOf("bimi", verdict.Bimi, expect.Bimi);
        OneOf("iprev", verdict.Iprev, expect.Iprev);
        if (expect.AuthenticationResults is { } results && Compact(results) != Compact(verdict.AuthenticationResults))
        {
            Add("authentication_results", verdict.AuthenticationResults, results);
        }
    }

    private void Signatures(DkimResults? dkim, ImmutableArray<DkimExpectation> expected)
    {
        if (expected.IsDefault)
        {
            return;
        }

        if (dkim is null || dkim.Signatures.Length != expected.Length)
        {
            Add("dkim", dkim is null ? NotChecked : Count(dkim.Signatures.Length), Count(expected.Length));
            return;
        }

        for (var i = 0; i < expected.Length; i++)
        {
            var signature = dkim.Signatures[i];
            Equal($"dkim[{i}].domain", signature.Domain?.ToString(), expected[i].Domain, StringComparison.OrdinalIgnoreCase);
            Equal($"dkim[{i}].selector", signature.Selector, expected[i].Selector, StringComparison.OrdinalIgnoreCase);
            OneOf($"dkim[{i}].result", signature.Code.Keyword(), expected[i].Result);
        }

        static string Count(int signatures) => signatures == 1 ? "1 signature" : $"{signatures} signatures";
    }

    private void OneOf(string member, string? got, ImmutableArray<string> expected)
    {
        if (!expected.IsDefault && (got is null || !expected.Contains(got, StringComparer.OrdinalIgnoreCase)))
        {
            Add(member, got ?? NotChecked, expected.IsEmpty ? Nothing : string.Join(" or ", expected));
        }
    }

    private void Equal(string member, string? got, string? expected, StringComparison comparison)
    {
        if (expected is not null && !string.Equals(got ?? string.Empty, expected, comparison))
        {
            Add(member, string.IsNullOrEmpty(got) ? Nothing : got, expected.Length == 0 ? Nothing : expected);
        }
    }

    private void Add(string member, string got, string expected) => _mismatches.Add(new VectorMismatch(member, got, expected));

    // The field's name may stand before the value; white space and folding say nothing.
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
