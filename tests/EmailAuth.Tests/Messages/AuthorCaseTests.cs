using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>The cases of From fields that were found from outside, where they are beside the project.</summary>
public class AuthorCaseTests
{
    private static readonly string Cases = Repository.PathOf("..", "shared", "cases", "verdicts.jsonl");

    [Fact]
    public async Task From_fields_that_readers_differ_on_are_permerror_and_those_in_genuine_mail_stay_valid()
    {
        Assert.SkipUnless(File.Exists(Cases), "the cases are not beside the project");
        var token = TestContext.Current.CancellationToken;
        var mine = (await File.ReadAllLinesAsync(Cases, token))
            .Select(line => TestVector.Parse(line).Value!)
            .Where(vector => vector.Id.StartsWith("from/", StringComparison.Ordinal)
                || (vector.Id.StartsWith("attack/from-", StringComparison.Ordinal) && !vector.Id.Contains("lame", StringComparison.Ordinal)))
            .ToList();
        Assert.Equal(10, mine.Count);
        foreach (var vector in mine)
        {
            Assert.Empty((await new VectorRunner().RunAsync(vector, token)).Mismatches.Select(mismatch => $"{vector.Id}: {mismatch}"));
        }
    }
}
