using System.Text;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>
/// Generated From fields, read here and by those who show them to people: wherever we find a domain on which DMARC may pass, none of them shows
/// another one. A third of the fields has octets changed that the generator does not know. <c>.ci/long differential</c> generates millions.
/// </summary>
public class AuthorReaderTests
{
    private static readonly int Count = GeneratedCases.Count(12_000);

    private static readonly Lazy<(byte[] Value, DomainName Domain)[]> Usable = new(() =>
    [
        .. GeneratedCases.Seeds(12_000).Select(seed => Changed(Encoding.UTF8.GetBytes(AuthorFieldGenerator.Value(seed)), new Random(seed))).DistinctBy(Convert.ToBase64String)
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

        Assert.True(differences.Count == 0, $"{differences.Count} differences from seed {GeneratedCases.FirstSeed} on, the first ones:\n{string.Join('\n', differences.Take(40))}");
        Assert.True(compared.Sum(one => one.Shown) > Usable.Value.Length / 2, "a reader that shows hardly anything proves nothing");
    }

    // Now and then an octet more, less or another; never a line end, which would make other fields.
    private static byte[] Changed(byte[] value, Random random)
    {
        var changed = value.ToList();
        for (var edits = random.Next(3) == 0 ? random.Next(1, 4) : 0; edits > 0 && changed.Count > 0; edits--)
        {
            var at = random.Next(changed.Count);
            var octet = (byte)random.Next(256);
            if (octet is (byte)'\r' or (byte)'\n' || changed[at] is (byte)'\r' or (byte)'\n' || (at > 0 && changed[at - 1] is (byte)'\r' or (byte)'\n'))
            {
                continue;
            }

            switch (random.Next(3))
            {
                case 0: changed.Insert(at, octet); break;
                case 1: changed[at] = octet; break;
                default: changed.RemoveAt(at); break;
            }
        }

        return [.. changed];
    }
}
