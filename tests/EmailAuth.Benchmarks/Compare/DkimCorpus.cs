using System.Security.Cryptography;
using MimeKit.Cryptography;

namespace EmailAuth.Benchmarks.Compare;

/// <summary>
/// Messages of four sizes, signed with three kinds of keys in both canonicalizations. Of each there are several with different bodies, one
/// with a changed body and one with a changed Subject.
/// </summary>
internal sealed class DkimCorpus : IDisposable
{
    private static readonly (string Name, int Bytes, int Bodies)[] Sizes =
        [("2 KB", 2 * 1024, 8), ("10 KB", 10 * 1024, 8), ("100 KB", 100 * 1024, 4), ("5 MB", 5 * 1024 * 1024, 2)];

    private readonly List<SignedMessage> _messages = [];

    /// <summary>Makes the messages and writes each into a file.</summary>
    /// <param name="folder">Where to.</param>
    public DkimCorpus(string folder)
    {
        Keys = [("RSA-2048", SignerKey.FromRsa("r2048", Rsa2048)), ("RSA-4096", SignerKey.FromRsa("r4096", Rsa4096)), ("Ed25519", SignerKey.NewEd25519("ed"))];
        var rows = new List<Row>();
        foreach (var (size, bytes, bodies) in Sizes)
        {
            var texts = Enumerable.Range(0, bodies).Select(number => SampleText.Make(bytes, number)).ToArray();
            foreach (var (algorithm, key) in Keys)
            {
                foreach (var canonicalization in new[] { DkimCanonicalizationAlgorithm.Relaxed, DkimCanonicalizationAlgorithm.Simple })
                {
                    var first = _messages.Count;
                    _messages.AddRange(texts.Select(text => new SignedMessage(key, key.Sign(text, canonicalization))));
                    var sample = _messages[first].Octets;
                    _messages.Add(new SignedMessage(key, Changed(sample, "end.\r\n"u8)));
                    _messages.Add(new SignedMessage(key, Changed(sample, "left to do\r\nDate:"u8)));
                    rows.Add(new Row(
                        $"{size}, {algorithm}, {(canonicalization == DkimCanonicalizationAlgorithm.Relaxed ? "relaxed" : "simple")}",
                        [.. Enumerable.Range(first, bodies)],
                        "pass",
                        [first + bodies, first + bodies + 1],
                        Row.AnythingButPass));
                }
            }
        }

        Corpus = new Corpus(rows, [.. _messages.Select((message, number) => new[] { Write(folder, number, message.Octets) })], [.. Keys.Select(pair => (pair.Key.RecordName, "TXT", pair.Key.Record))]);
    }

    public RSA Rsa2048 { get; } = RSA.Create(2048);

    public RSA Rsa4096 { get; } = RSA.Create(4096);

    public IReadOnlyList<(string Algorithm, SignerKey Key)> Keys { get; }

    /// <summary>The messages in the order of the items.</summary>
    public IReadOnlyList<SignedMessage> Messages => _messages;

    public Corpus Corpus { get; }

    public void Dispose()
    {
        Rsa2048.Dispose();
        Rsa4096.Dispose();
    }

    // The last letter before the end of what is found becomes another one.
    private static byte[] Changed(byte[] message, ReadOnlySpan<byte> place)
    {
        var copy = message.ToArray();
        copy[message.AsSpan().LastIndexOf(place)] ^= 1;
        return copy;
    }

    private static string Write(string folder, int number, byte[] octets)
    {
        var path = Path.Combine(folder, $"{number}.eml");
        File.WriteAllBytes(path, octets);
        return path;
    }

    /// <summary>A message and the key it was signed with.</summary>
    internal sealed record SignedMessage(SignerKey Key, byte[] Octets);
}
