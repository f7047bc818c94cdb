using System.Text;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>
/// Generated From fields, read here and by those who show them to people: wherever we find a domain on which DMARC may pass, none of them shows
/// another one. <c>.ci/long differential</c> generates millions.
/// </summary>
public class AuthorReaderTests
{
    private const int Count = 12_000;

    private static readonly Lazy<(byte[] Value, DomainName Domain)[]> Usable = new(() =>
    [
        .. Enumerable.Range(1, Count).Select(AuthorFieldGenerator.Value).Distinct().Select(Encoding.UTF8.GetBytes)
            .Select(value => (value, AuthorReaders.DomainOf(value)!)).Where(read => read.Item2 is not null),
    ]);

    public static TheoryData<string> Readers => [.. AuthorReaders.All.Select(reader => reader.Name)];

    [Fact]
    public void Enough_of_what_is_generated_is_usable_and_enough_is_not() => Assert.InRange(Usable.Value.Length, Count / 10, Count / 2);

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task No_reader_shows_another_domain(string name)
    {
        var reader = AuthorReaders.All.Single(one => one.Name == name);
        Assert.SkipWhen(reader.WhyAbsent is not null, reader.WhyAbsent ?? "");
        var answers = await reader.ReadAsync([.. Usable.Value.Select(read => read.Value)]);
        var compared = Usable.Value.Zip(answers).Select(pair => AuthorReaders.Compare(pair.First.Value, pair.First.Domain, pair.Second)).ToList();
        var differences = compared.Select(one => one.Difference).OfType<string>().ToList();

        Assert.True(differences.Count == 0, $"{differences.Count} differences, the first ones:\n{string.Join('\n', differences.Take(40))}");
        Assert.True(compared.Sum(one => one.Shown) > Usable.Value.Length / 2, "a reader that shows hardly anything proves nothing");
    }
}
