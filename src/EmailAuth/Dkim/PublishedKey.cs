using System.Diagnostics;
using EmailAuth.Dns;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Dkim;

/// <summary>Whether the published record verifies what a key has just signed. Thread-safe.</summary>
internal sealed class PublishedKey(IDnsResolver resolver, TimeProvider time)
{
    // A signer asks for the few keys that it signs with.
    private static readonly SignatureOptions Options = new() { MaxCachedKeys = 256 };

    private readonly KeyRules _rules = new(Options, new KeyCache(Options));

    /// <summary>Asks for the record and tries the signature.</summary>
    /// <param name="signer">Who signed.</param>
    /// <param name="hash">The hash that was signed.</param>
    /// <param name="signature">The octets of the signature.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>
    /// Why receivers cannot verify the signature, or null; and what an operator should know, or null: what could not be found out, or that the key is for
    /// testing. When the DNS does not answer, the message is not refused: mail goes on, and what was published a minute ago most likely still is.
    /// </returns>
    public async ValueTask<(string? Mismatch, string? Warning)> CheckAsync(
        SigningIdentity signer, byte[] hash, byte[] signature, CancellationToken cancellationToken)
    {
        var (name, algorithm) = (signer.KeyName, signer.Algorithm);
        var session = new DnsSession(resolver, time: time);
        try
        {
            var response = await session.Begin(DnsPurpose.DkimKeys, 1).QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), cancellationToken).ConfigureAwait(false);
            var verdict = _rules.Judge(name, response, algorithm);
            return verdict.Code switch
            {
                SignatureResultCode.TempError => (null, verdict.Fault!.Value.Text),
                SignatureResultCode.Pass => (Mismatch(verdict.Key!, signer, hash, signature), Warning(verdict.Key!.Record!, name)),
                SignatureResultCode.PermError => (verdict.Fault!.Value.Text, null),
                SignatureResultCode.None or SignatureResultCode.Fail or SignatureResultCode.Policy or SignatureResultCode.Neutral => throw new UnreachableException(),
                _ => throw new UnreachableException(),
            };
        }
        finally
        {
            session.Cancel();
        }
    }

    private static string? Mismatch(VerificationKey key, SigningIdentity signer, byte[] hash, byte[] signature) =>
        key.Verify(signer.Algorithm.Hash, hash, signature)
            ? DkimVerification.RefuseIdentity(key.Record!, signer.Domain, signer.IdentityDomain)?.Text
            : $"the key that is published at {signer.KeyName} is not that of the private key";

    private static string? Warning(KeyRecord record, DomainName name) => record.IsTesting
        ? $"the key record at {name} says t=y: the domain is testing DKIM, and receivers may take its mail as unsigned (RFC 6376 section 3.6.1)"
        : null;
}
