using System.Security.Cryptography;
using System.Text;
using EmailAuth.Messages;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>Bodies from a kilobyte to a gigabyte, made while they are read, signed, and judged by the whole pipeline.</summary>
internal static class BodySeries
{
    private const int LineLength = 64;

    // What a line of text may hold that canonicalization must change: runs of white space within it and at its end.
    private static readonly string[] Lines =
    [
        "The minutes of last week's meeting, and what is left to do of t",
        "them before summer: a table  with columns,\tand a line that ends ",
        "in white space.  Whoever finds that something is missing sends i",
        "it to the list until Friday noon; after that they are approved. ",
    ];

    private static readonly int[] ToGigabyte = [1 << 10, 1 << 13, 1 << 16, 1 << 19, 1 << 22, 1 << 25, 1 << 28, 1 << 30];
    private static readonly int[] ToMegabytes = [1 << 10, 1 << 14, 1 << 18, 1 << 22, 1 << 26];

    public static IEnumerable<ScaleSeries> All =>
    [
        new()
        {
            Name = "body", Title = "A signed body of text, streamed to the pipeline", Unit = "bytes of body",
            Sizes = ToGigabyte, Prepare = OfText, HoldsNothing = true,
        },
        Of("body-one-line", "A signed body of one line, streamed", "x", canonicalEnd: "\r\n"),
        Of("body-empty-lines", "A signed body of nothing but empty lines, streamed", "\r\n", canonicalEnd: null),
        Of("body-spaces", "A signed body of nothing but spaces, streamed", " ", canonicalEnd: null),
        Of("body-returns", "A signed body of spaces before bare CRs, streamed", " \r", canonicalEnd: "\r\n"),
        new()
        {
            Name = "body-pieces", Title = "A signed body that a session gets byte by byte", Unit = "bytes of body",
            Sizes = [1 << 10, 1 << 13, 1 << 16, 1 << 19, 1 << 21], Prepare = OfPieces, HoldsNothing = true,
        },
    ];

    private static ScaleSeries Of(string name, string title, string unit, string? canonicalEnd) => new()
    {
        Name = name,
        Title = title,
        Unit = "bytes of body",
        Sizes = ToMegabytes,
        HoldsNothing = true,
        Prepare = size =>
        {
            var pattern = GeneratedMessage.Repeated(unit);

            // Without text nothing remains of a relaxed body.
            return Streamed(pattern, size, canonicalEnd is null ? SHA256.HashData([]) : HashOf(pattern, size, canonicalEnd));
        },
    };

    private static Work OfText(int size)
    {
        var (raw, canonical) = Text();
        return Streamed(raw, size, HashOf(canonical, size / LineLength));
    }

    private static Work OfPieces(int size)
    {
        var (raw, canonical) = Text();
        var judge = new Judge(Signer.Zone());
        var header = HeaderBlock.Parse(Header(HashOf(canonical, size / LineLength)));
        return async cancellationToken =>
        {
            await using var session = judge.BeginBody(header);
            for (var i = 0; i < size; i++)
            {
                session.AppendBody(raw.AsSpan(i % raw.Length, 1));
            }

            return Checked(await session.CompleteAsync(cancellationToken));
        };
    }

    private static Work Streamed(byte[] pattern, int size, byte[] bodyHash)
    {
        var judge = new Judge(Signer.Zone());
        var header = Header(bodyHash);
        return async cancellationToken =>
        {
            await using var message = new GeneratedMessage(header, pattern, size);
            return Checked(await judge.Pipeline.AuthenticateAsync(Signer.Envelope, message, cancellationToken));
        };
    }

    private static long Checked(AuthenticationOutcome outcome) =>
        Judge.Passes(outcome) ? 0 : throw new InvalidOperationException($"A signed body does not verify: {outcome.Header}");

    private static byte[] Header(byte[] bodyHash) => Encoding.ASCII.GetBytes(
        Signer.Sign(Signer.Ordinary, Signer.OrdinaryNames, Convert.ToBase64String(bodyHash)) + Signer.Text(Signer.Ordinary) + "\r\n");

    // The lines as they are sent, and each in its canonical form.
    private static (byte[] Raw, byte[][] Canonical) Text()
    {
        var lines = Lines.Select(line => line[..(LineLength - 2)]).ToList();
        return (
            GeneratedMessage.Repeated(string.Concat(lines.Select(line => line + "\r\n"))),
            [.. lines.Select(line => Encoding.ASCII.GetBytes(string.Join(' ', line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)) + "\r\n"))]);
    }

    private static byte[] HashOf(byte[][] lines, int count)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var line = 0; line < count; line++)
        {
            hash.AppendData(lines[line % lines.Length]);
        }

        return hash.GetHashAndReset();
    }

    private static byte[] HashOf(byte[] pattern, int size, string end)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var rest = size; rest > 0; rest -= pattern.Length)
        {
            hash.AppendData(pattern.AsSpan(0, Math.Min(rest, pattern.Length)));
        }

        hash.AppendData(Encoding.ASCII.GetBytes(end));
        return hash.GetHashAndReset();
    }
}
