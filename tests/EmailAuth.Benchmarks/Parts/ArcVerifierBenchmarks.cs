using System.Text;
using EmailAuth.Arc;
using EmailAuth.Results;
using EmailAuth.Syntax;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>A message of 10 KB whose chain has so many sets, RSA-2048, the key's answer at hand: beside the bare arithmetic.</summary>
public class ArcVerifierBenchmarks
{
    private DkimSample _sample = null!;
    private byte[] _message = null!;
    private BareSignature _bare = null!;
    private ArcVerifier _verifier = null!;

    public int Sets { get; set; }

    public async Task SetupAsync()
    {
        _sample = new DkimSample(10 * 1024);
        _verifier = new ArcVerifier(_sample.Resolver);
        _message = _sample.Message;
        using var sealer = new ArcSealer(
            _sample.Rsa.ExportPkcs8PrivateKeyPem(), new ArcSealerOptions { Domain = DomainName.Parse("example.com").Value!, Selector = "mail" });
        var results = new AuthenticationResults { AuthservId = "mx.example.com", Results = [new MethodResult { Method = "spf", Result = "pass" }] };
        for (var set = 0; set < Sets; set++)
        {
            var sealing = sealer.Seal(_message, await _verifier.VerifyAsync(_message, CancellationToken.None), results);
            _message = [.. Encoding.ASCII.GetBytes(string.Concat(sealing.Fields.Select(field => field + "\r\n"))), .. _message];
        }

        _bare = BareSignature.Of(_sample.Rsa);
        if (Verify() != ArcResultCode.Pass)
        {
            throw new InvalidOperationException("The sample does not verify.");
        }
    }

    /// <summary>One pass over the bytes, their SHA-256, and for each set two RSA verifications: its seal and its message signature.</summary>
    public int Arithmetic() => _bare.PassHashAndVerify(_message, 2 * Sets);

    public ArcResultCode Verify()
    {
        // A resolver in memory answers at once, so that there is nothing to wait for.
        var result = _verifier.VerifyAsync(_message, CancellationToken.None);
        return result.IsCompletedSuccessfully ? result.Result.Code : throw new InvalidOperationException("Something waited.");
    }
}
