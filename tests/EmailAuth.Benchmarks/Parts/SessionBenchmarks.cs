using EmailAuth.Messages;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>The same message handed over whole, read from a stream, and fed to a session in SMTP order: beside the bare arithmetic.</summary>
public class SessionBenchmarks
{
    private const int ChunkLength = 4096;

    private OrdinaryMail _mail = null!;
    private HeaderBlock _header = null!;
    private BareSignature _bare = null!;

    public void Setup()
    {
        _mail = new OrdinaryMail();
        _header = HeaderBlock.Parse(_mail.Sample.Message);
        _bare = BareSignature.Of(_mail.Sample.Rsa);
    }

    /// <summary>One pass over the bytes, their SHA-256, and one RSA verification with an imported key.</summary>
    public int Arithmetic() => _bare.PassHashAndVerify(_mail.Sample.Message);

    /// <summary>Field by field, and the body in chunks.</summary>
    public async Task<AuthenticationOutcome> InSmtpOrder()
    {
        await using var session = _mail.Pipeline.BeginSession(_mail.Envelope.ClientAddress, _mail.Envelope.Helo);
        session.SetMailFrom(_mail.Envelope.MailFrom!);
        for (var i = 0; i < _header.Count; i++)
        {
            session.AddHeaderField(_header[i].Name, _header[i].Value);
        }

        session.EndOfHeaders();
        for (var body = _mail.Sample.Message.AsSpan(_header.BodyOffset); !body.IsEmpty; body = body[Math.Min(ChunkLength, body.Length)..])
        {
            session.AppendBody(body[..Math.Min(ChunkLength, body.Length)]);
        }

        return await session.CompleteAsync(CancellationToken.None);
    }
}
