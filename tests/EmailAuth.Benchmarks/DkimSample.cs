using System.Security.Cryptography;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;

namespace EmailAuth.Benchmarks;

/// <summary>A message of ordinary text, signed relaxed/relaxed by MimeKit, and what verifies it.</summary>
internal sealed class DkimSample : IDkimPublicKeyLocator
{
    private readonly SignerKey _key;

    public DkimSample(int bodyBytes)
    {
        Rsa = RSA.Create(2048);
        _key = SignerKey.FromRsa("mail", Rsa);
        Message = _key.Sign(SampleText.Make(bodyBytes));
        Resolver = new ZoneResolver(new Zone().Add(_key.RecordName, ZoneEntryKind.Txt, KeyRecord));
        Verifier = new EmailAuth.Dkim.DkimVerifier(Resolver);
    }

    public RSA Rsa { get; }

    public string KeyRecord => _key.Record;

    public byte[] Message { get; }

    public ZoneResolver Resolver { get; }

    public EmailAuth.Dkim.DkimVerifier Verifier { get; }

    public AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) => _key.PublicKey;

    public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
        Task.FromResult(_key.PublicKey);
}
