using System.Text;
using EmailAuth.Inspection.Signatures;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Inspection.Tests.Signatures;

/// <summary>A change that is not among the known ones is not named as one of them.</summary>
public class NoFalseCauseTests
{
    // 5,000 in .ci/long differential.
    private static readonly int Messages = GeneratedCases.Count(250);

    // Small limits: what is asserted is that nothing is found, however far the search goes.
    private static readonly SignatureDoctorOptions Options = new() { MaxTries = 20_000, MaxHashedBytes = 8 * 1024 * 1024 };

    [Fact]
    public async Task Of_many_messages_with_an_octet_changed_none_has_a_cause()
    {
        var random = new Random(20261129);
        var ends = new Dictionary<SearchEnd, int>();
        for (var number = 0; number < Messages; number++)
        {
            var isSimple = number % 2 == 0;
            var message = Made(random);
            var signed = await SignedMail.SignAsync(message, isSimple);
            var changed = ChangeLetter(signed, random, isOfBody: number % 3 != 0);
            var diagnosis = await SignedMail.DiagnoseAsync(changed, options: Options);
            Assert.True(diagnosis.Changes.IsEmpty, $"message {number}: {diagnosis.Summary}\n{changed}");
            var end = number % 3 != 0 ? diagnosis.BodySearch : diagnosis.HeaderSearch;
            Assert.True(end is SearchEnd.NotFound or SearchEnd.LimitReached, $"message {number}: {end}");
            Assert.Contains("was not found", diagnosis.Summary, StringComparison.Ordinal);
            ends[end] = ends.GetValueOrDefault(end) + 1;
        }

        Assert.True(ends[SearchEnd.NotFound] > Messages / 10, string.Join(", ", ends));
    }

    // A letter within a word of the text, or of a field's value, so that nothing that programs add explains it.
    private static string ChangeLetter(string text, Random random, bool isOfBody)
    {
        var body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        var start = isOfBody ? body : text.IndexOf("\r\nSubject: ", StringComparison.Ordinal) + 11;
        var end = isOfBody ? text.Length : text.IndexOf("\r\n", start, StringComparison.Ordinal);
        List<int> letters = [.. Enumerable.Range(start + 1, end - start - 2).Where(place => char.IsAsciiLetter(text[place - 1]) && char.IsAsciiLetter(text[place]) && char.IsAsciiLetter(text[place + 1]))];
        var place = letters[random.Next(letters.Count)];
        var letter = (char)(((text[place] | 0x20) - 'a' + 1 + random.Next(24)) % 26 + 'a');
        return text[..place] + (char.ToLowerInvariant(text[place]) == letter ? '#' : letter) + text[(place + 1)..];
    }

    private static string Made(Random random)
    {
        var text = new StringBuilder("From: Alice <alice@example.com>\r\nTo: bob@example.net\r\nSubject: Report ");
        text.Append(Words(random, 5)).Append("\r\nDate: Sun, 29 Nov 2026 08:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
        for (var line = random.Next(2, 40); line > 0; line--)
        {
            text.Append(Words(random, random.Next(0, 12))).Append(random.Next(8) == 0 ? " \t" : string.Empty).Append("\r\n");
        }

        return text.Append("the end of it\r\n").ToString();
    }

    private static string Words(Random random, int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ =>
        string.Create(random.Next(3, 10), random, static (word, source) =>
        {
            for (var index = 0; index < word.Length; index++)
            {
                word[index] = (char)('a' + source.Next(26));
            }
        })));
}
