using EmailAuth.Dns;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Arc;

/// <summary>A signature of a chain on its way to a result.</summary>
internal sealed class ArcSignatureCheck(DomainName keyName, BodyHash? body = null, BodyHash? simpleBody = null)
{
    public DomainName KeyName => keyName;

    public DnsQuestion KeyQuestion => new(keyName, DnsRecordType.Txt);

    /// <summary>The answer to the question for the key; null before it is there.</summary>
    public DnsResponse? Key { get; set; }

    public BodyHash? Body => body;

    /// <summary>The body as DKIM prepares it for a signature without c=, which may have meant that.</summary>
    public BodyHash? SimpleBody => simpleBody;

    public ArcSignatureResult? Result { get; set; }
}
