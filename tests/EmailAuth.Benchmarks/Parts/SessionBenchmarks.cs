using BenchmarkDotNet.Attributes;
using EmailAuth.Messages;

namespace EmailAuth.Benchmarks;

/// <summary>The same message handed over whole and fed to a session in SMTP order, field by field and in chunks of the body.</summary>
[MemoryDiagnoser]
public class SessionBenchmarks
{
    private const int ChunkLength = 4096;

    private OrdinaryMail _mail = null!;
    private HeaderBlock _header = null!;

    [GlobalSetup]
    public void Setup()
    {
        _mail = new OrdinaryMail();
        _header = HeaderBlock.Parse(_mail.Sample.Message);
    }

    [Benchmark(Baseline = true)]
    public AuthenticationOutcome OneShot() =>
        OrdinaryMail.Complete(_mail.Pipeline.AuthenticateAsync(_mail.Envelope, _mail.Sample.Message, CancellationToken.None));

    [Benchmark]
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
