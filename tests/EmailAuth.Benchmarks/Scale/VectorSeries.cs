using System.Text;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>Cases as JSON, which a batch reads from anywhere.</summary>
internal static class VectorSeries
{
    private static readonly int[] ToTenThousand = [1, 10, 100, 1_000, 10_000];

    public static IEnumerable<ScaleSeries> All =>
    [
        Of("vector-recipients", "Recipients of a case", "recipients", count => Case($"\"rcpt_to\":[{Join(count, i => $"\"a{i}@example.org\"")}]")),
        Of("vector-unknown", "Unknown members of a case", "members", count => Case(Join(count, i => $"\"x{i}\":[{i}]"))),
        Of(
            "vector-expected", "Signatures that a case expects", "signatures",
            count => Case("\"helo\":\"a\"", $",\"expect\":{{\"dkim\":[{Join(count, i => $"{{\"domain\":\"d{i}.example\",\"result\":\"pass\"}}")}]}}")),
        Of(
            "vector-message", "Kilobytes of a case's message", "kilobytes", [30, 100, 300, 1_000],
            count => Case($"\"message_b64\":\"{Convert.ToBase64String(new byte[count * 1024])}\"")),
        Of(
            "vector-repeated", "Members that stand again and again", "members",
            count => Case(string.Join(',', Enumerable.Repeat("\"options\":{\"receiver\":\"a\"}", count)))),
        new()
        {
            Name = "vector-broken", Title = "Lines of a case that ends too early, to the place of the error", Unit = "lines", Sizes = ToTenThousand,
            Prepare = count =>
            {
                var json = Encoding.UTF8.GetBytes("{" + string.Concat(Enumerable.Repeat("\n", count)) + "\"id\":}");
                return _ => ValueTask.FromResult((long)TestVector.Parse(json).Error!.Position);
            },
        },
    ];

    private static ScaleSeries Of(string name, string title, string unit, Func<int, string> json) => Of(name, title, unit, ToTenThousand, json);

    private static ScaleSeries Of(string name, string title, string unit, int[] sizes, Func<int, string> json) => new()
    {
        Name = name,
        Title = title,
        Unit = unit,
        Sizes = sizes,
        Observed = "characters written again",
        Prepare = count =>
        {
            var bytes = Encoding.UTF8.GetBytes(json(count));
            return _ => ValueTask.FromResult((long)TestVector.Parse(bytes).Value!.ToJsonLine().Length);
        },
    };

    private static string Case(string input, string rest = "") => $"{{\"id\":\"a\",\"input\":{{{input}}}{rest}}}";

    private static string Join(int count, Func<int, string> item) => string.Join(',', Enumerable.Range(0, count).Select(item));
}
