using System.Text;
using EmailAuth.Messages;
using EmailAuth.Removal;
using EmailAuth.Tests.Results;
using Xunit;

namespace EmailAuth.Tests.Removal;

/// <summary>Fields that some reader takes for ours, by models of such readers; and fields of others, which stay.</summary>
public class ArrivingResultReadersTests
{
    private const string Ours = ForgedFieldGenerator.Ours;
    private const int Fields = 40_000;

    [Fact]
    public void No_field_that_a_reader_takes_for_ours_stays()
    {
        var random = new System.Random(20260718);
        var taken = ModelReaders.All.Keys.ToDictionary(name => name, _ => 0);
        var missed = new List<string>();
        for (var count = 0; count < Fields; count++)
        {
            var value = ForgedFieldGenerator.Next(random);
            var readers = ModelReaders.All.Where(reader => reader.Value(value).Any(name => ModelReaders.IsSame(name, Ours))).Select(reader => reader.Key).ToList();
            readers.ForEach(name => taken[name]++);
            if (readers.Count > 0 && Find(value).Length == 0)
            {
                missed.Add($"{value.Replace("\r\n", "\\r\\n", StringComparison.Ordinal)}   [{string.Join(", ", readers)}]");
            }
        }

        Assert.True(missed.Count == 0, $"{missed.Count} stayed:\n{string.Join('\n', missed.OrderBy(line => line.Length).Take(30))}");
        Assert.All(taken, reader => Assert.True(reader.Value > 100, $"{reader.Key}: only {reader.Value} fields"));
    }

    // What others write of us in their own fields: in comments, in quoted reasons, as the value of a property.
    [Fact]
    public void A_field_of_another_stays_whatever_it_says_of_us()
    {
        var random = new System.Random(20260719);
        string[] comments =
        [
            "", "", $" ({Ours}: domain of a@{Ours} designates 192.0.2.1 as permitted sender)", $" (sender IP is {Ours})", " (1024-bit key; unprotected)",
            $" (p=none dis=none) header.from={Ours}", $" (the \"{Ours}\" of old)", $" (see {Ours}; and others)", " (a (b) c)", $" (a ({Ours}) c)",
        ];
        string[] properties =
        [
            "", $" smtp.mailfrom={Ours}", $" smtp.mailfrom=a@{Ours}", $" smtp.helo=\"{Ours}\"", $" smtp.mailfrom=\"a b\"@{Ours}", $" header.d={Ours} header.s=x",
            $" header.i=@{Ours}", $" reason=\"signature of {Ours} did not verify\"", $" reason=\"no key at x._domainkey.{Ours} (NXDOMAIN)\"", $" reason=\"a; b\"",
        ];
        string[] methods = ["spf=pass", "spf=softfail", "dkim=pass", "dkim=fail", "dmarc=none", "arc=pass", "iprev=fail"];
        string[] names = ["other.example", "example.org", "mx2.example.org", "mx.example", "\"other.example\" 1", $"(of {Ours}) other.example", "other.example (x)"];
        for (var count = 0; count < Fields / 4; count++)
        {
            var value = names[random.Next(names.Length)];
            for (var results = random.Next(1, 4); results > 0; results--)
            {
                value += $";{(random.Next(2) == 0 ? "\r\n\t" : " ")}{methods[random.Next(methods.Length)]}{comments[random.Next(comments.Length)]}"
                    + properties[random.Next(properties.Length)] + properties[random.Next(properties.Length)] + comments[random.Next(comments.Length)];
            }

            Assert.True(Find(value).Length == 0, value);
        }
    }

    private static System.Collections.Immutable.ImmutableArray<FieldToRemove> Find(string value) =>
        ArrivingResultFields.Find(HeaderBlock.Parse(Encoding.UTF8.GetBytes($"Authentication-Results: {value}\r\n\r\n")), Ours);
}
