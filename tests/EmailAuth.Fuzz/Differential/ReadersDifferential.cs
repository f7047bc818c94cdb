using System.Text;
using EmailAuth.Tests.Messages;
using EmailAuth.Tests.Results.Readers;
using MimeKitResults = MimeKit.Cryptography.AuthenticationResults;

namespace EmailAuth.Fuzz.Differential;

/// <summary>
/// What the programs of others read: of From fields on which DMARC may pass, no other domain; of our fields, our verdicts and nothing more; of the
/// fields of senders that stay, nothing in our name.
/// </summary>
internal static class ReadersDifferential
{
    private const int Fields = 4_000;
    private const int Outcomes = 500;
    private const int Forgeries = 2_000;

    private static readonly Reader[] Programs = [Reader.SpamAssassin, Reader.PythonAuthres, Reader.PerlAuthenticationResults];

    /// <summary>Who cannot be asked here, and why; empty where all can.</summary>
    public static IReadOnlyList<string> Absent =>
    [
        .. AuthorReaders.All.Select(reader => reader.WhyAbsent).OfType<string>(),
        .. Programs.Where(reader => !reader.IsInstalled).Select(reader => $"{reader.Package} is not installed"),
        .. OpenDmarcReader.IsInstalled ? Array.Empty<string>() : ["opendmarc is not installed, or cannot be run without a network"],
    ];

    /// <summary>From fields: a domain that somebody shows, beside the one that we evaluate.</summary>
    public static IEnumerable<Comparison> Authors(Random random)
    {
        var usable = Enumerable.Range(0, Fields).Select(_ => Changed(Encoding.UTF8.GetBytes(AuthorFieldGenerator.Value(random.Next())), random))
            .Select(value => (Value: value, Domain: AuthorReaders.DomainOf(value)!)).Where(read => read.Domain is not null).ToList();
        foreach (var reader in AuthorReaders.All)
        {
            foreach (var (read, answer) in usable.Zip(Wait(reader.ReadAsync([.. usable.Select(read => read.Value)]))))
            {
                var (difference, _) = AuthorReaders.Compare(read.Value, read.Domain, answer);
                yield return new Comparison(difference is null ? null : string.Empty, () => difference!);
            }
        }
    }

    /// <summary>Our own fields, of outcomes of mail that means to deceive or to blind their readers.</summary>
    public static IEnumerable<Comparison> Results(Random random)
    {
        var outcomes = Enumerable.Range(0, Outcomes).Select(_ => new GeneratedOutcome(random.Next())).ToList();
        foreach (var reader in Programs)
        {
            var isAnyOrder = reader == Reader.SpamAssassin;
            var answers = Wait(isAnyOrder ? reader.ReadAsync(outcomes.Select(one => new[] { one.Outcome.HeaderValue })) : reader.ReadAsync(outcomes.Select(one => one.Outcome.HeaderValue)));
            foreach (var (one, answer) in outcomes.Zip(answers))
            {
                // authres reads no field with octets beyond ASCII: then it finds nothing, and says so.
                var isRead = answer.Error is null || (reader == Reader.PythonAuthres && !one.IsAscii && answer.Results.Count == 0);
                var isSame = answer.Error is not null || (isAnyOrder ? one.Verdicts.Order(StringComparer.Ordinal).SequenceEqual(answer.Results.Order(StringComparer.Ordinal)) : one.Verdicts.SequenceEqual(answer.Results));
                yield return new Comparison(isRead && isSame ? null : string.Empty, () => $"{reader.Package}: {one}\n{answer}: {string.Join(' ', answer.Results)}");
            }
        }

        foreach (var (one, answer) in outcomes.Zip(Wait(OpenDmarcReader.ReadAsync([.. outcomes.Select(one => one.Outcome.Header + "\r\n")]))))
        {
            var isSame = OpenDmarcReader.Expected(one.Outcome).SequenceEqual(answer) || (one.Outcome.HeaderValue.Length > OpenDmarcReader.MostOctets && answer is ["spf -1"]);
            yield return new Comparison(isSame ? null : string.Empty, () => $"opendmarc: {one}\n{string.Join('\n', answer)}");
        }

        foreach (var one in outcomes)
        {
            var isSame = MimeKitResults.TryParse(Encoding.UTF8.GetBytes(one.Outcome.HeaderValue), out var read) && one.Verdicts.SequenceEqual(read.Results.Select(result => $"{result.Method}={result.Result}"));
            yield return new Comparison(isSame ? null : string.Empty, () => $"MimeKit: {one}");
        }
    }

    /// <summary>Fields of senders that we leave in the message.</summary>
    public static IEnumerable<Comparison> Forged(Random random)
    {
        var staying = ForgedFields.Staying(random, Forgeries);
        foreach (var reader in (Reader?[])[null, .. Programs])
        {
            foreach (var comparison in Compared(staying, Wait(ForgedFields.TakenAsync(reader, staying)), reader?.Package ?? "MimeKit"))
            {
                yield return comparison;
            }
        }

        var some = staying[..(Forgeries / 4)];
        foreach (var comparison in Compared(some, Wait(ForgedFields.TakenByOpenDmarcAsync(some)), "opendmarc"))
        {
            yield return comparison;
        }
    }

    private static IEnumerable<Comparison> Compared(List<string> staying, List<string> taken, string reader)
    {
        var wrong = taken.ToHashSet(StringComparer.Ordinal);
        return staying.Select(value => new Comparison(wrong.Contains(value) ? string.Empty : null, () => $"{reader} takes this for ours: {value}"));
    }

    // Now and then a byte more, less or another; never a line end, which would make other fields.
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

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
