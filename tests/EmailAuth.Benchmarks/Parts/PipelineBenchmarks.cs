
namespace EmailAuth.Benchmarks.Parts;

/// <summary>The whole pipeline on one message of 10 KB with one RSA-2048 signature, every answer at hand, beside the bare arithmetic.</summary>
public class PipelineBenchmarks
{
    private OrdinaryMail _mail = null!;
    private BareSignature _bare = null!;

    public void Setup()
    {
        _mail = new OrdinaryMail();
        _bare = BareSignature.Of(_mail.Sample.Rsa);
    }

    /// <summary>One pass over the bytes, their SHA-256, and one RSA verification with an imported key.</summary>
    public int Arithmetic() => _bare.PassHashAndVerify(_mail.Sample.Message);

    public AuthenticationOutcome Authenticate() =>
        OrdinaryMail.Complete(_mail.Pipeline.AuthenticateAsync(_mail.Envelope, _mail.Sample.Message, CancellationToken.None));
}
