using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Results.Readers;

/// <summary>Generated fields that we leave in a message because they are not in our name: no program of others takes one for ours.</summary>
public class ForgedFieldReadersTests
{
    private static readonly int Count = GeneratedCases.Count(2_000);

    private static readonly Lazy<List<string>> Staying = new(() => ForgedFields.Staying(new Random(20261128 + GeneratedCases.FirstSeed), Count));

    public static TheoryData<string> Readers => ["MimeKit", "spamassassin", "python3-authres", "libmail-authenticationresults-perl"];

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task None_is_taken_for_ours(string name)
    {
        var reader = new[] { Reader.SpamAssassin, Reader.PythonAuthres, Reader.PerlAuthenticationResults }.SingleOrDefault(one => one.Package == name);
        Assert.SkipUnless(reader?.IsInstalled != false, $"{name} is not installed");

        // The reader works: it takes a field that is ours.
        Assert.Single(await ForgedFields.TakenAsync(reader, ["mx.example.org; dkim=pass header.d=a.example"]));
        var taken = await ForgedFields.TakenAsync(reader, Staying.Value);

        Assert.True(taken.Count == 0, $"{taken.Count} of {Count}, such as\n{string.Join('\n', taken.OrderBy(value => value.Length).Take(20))}");
    }

    [Fact]
    public async Task OpenDMARC_takes_none_for_ours()
    {
        Assert.SkipUnless(OpenDmarcReader.IsInstalled, "opendmarc is not installed, or cannot be run without a network");
        Assert.Single(await ForgedFields.TakenByOpenDmarcAsync(["mx.example.org; dkim=pass header.d=a.example header.s=s"]));
        var taken = await ForgedFields.TakenByOpenDmarcAsync([.. Staying.Value.Take(500)]);

        Assert.True(taken.Count == 0, $"{taken.Count}, such as\n{string.Join('\n', taken.OrderBy(value => value.Length).Take(20))}");
    }
}
