using System.Security.Cryptography;
using EmailAuth.Dkim;
using EmailAuth.Signatures;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>A message of 10 KB with one signature or several, by algorithm, the keys' answers at hand: beside the bare arithmetic.</summary>
public class DkimSignatureBenchmarks
{
    private BareSignature _bare = null!;
    private byte[] _message = null!;
    private DkimVerifier _verifier = null!;

    public string Algorithm { get; set; } = null!;

    public int Signatures { get; set; }

    public void Setup()
    {
        _bare = BareSignature.Of(Algorithm);
        _message = SampleText.Make(10 * 1024);
        var zone = new Zone();
        using var rsa = Algorithm == "ed25519" ? null : RSA.Create(int.Parse(Algorithm.AsSpan("rsa-".Length)));
        for (var i = 0; i < Signatures; i++)
        {
            var key = rsa is null ? SignerKey.NewEd25519($"s{i}") : SignerKey.FromRsa($"s{i}", rsa);
            _message = key.Sign(_message);
            zone.Add(key.RecordName, ZoneEntryKind.Txt, key.Record);
        }

        _verifier = new DkimVerifier(new ZoneResolver(zone));
        if (Verify() != Signatures)
        {
            throw new InvalidOperationException("The sample does not verify.");
        }
    }

    /// <summary>One pass over the bytes, their SHA-256, and a verification for each signature with an imported key.</summary>
    public int Arithmetic() => _bare.PassHashAndVerify(_message, Signatures);

    public int Verify()
    {
        // A resolver in memory answers at once, so that there is nothing to wait for.
        var results = _verifier.VerifyAsync(_message, CancellationToken.None);
        return results.IsCompletedSuccessfully ? results.Result.Signatures.Count(s => s.Code == SignatureResultCode.Pass) : throw new InvalidOperationException("Something waited.");
    }
}
