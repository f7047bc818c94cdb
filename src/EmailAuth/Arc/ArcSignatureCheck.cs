using EmailAuth.Dns;
using EmailAuth.Signatures;

namespace EmailAuth.Arc;

/// <summary>A signature of a chain that is being verified.</summary>
internal sealed class ArcSignatureCheck(SignatureFields signature, BodyHash? body = null, BodyHash? simpleBody = null) : IKeyedCheck
{
    public bool NeedsKey => true;

    public DnsQuestion KeyQuestion => new(signature.KeyName, DnsRecordType.Txt);

    public DnsResponse? Key { get; set; }

    public BodyHash? Body => body;

    /// <summary>The body in DKIM's default canonicalization, for a signature without c=, whose signer may have used it.</summary>
    public BodyHash? SimpleBody => simpleBody;

    public ArcSignatureResult? Result { get; set; }
}
