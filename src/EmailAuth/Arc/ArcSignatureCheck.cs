using EmailAuth.Dkim;

namespace EmailAuth.Arc;

/// <summary>A signature of a chain on its way to a result.</summary>
internal sealed class ArcSignatureCheck(KeyLookup key, BodyHash? body = null, BodyHash? simpleBody = null)
{
    public KeyLookup Key => key;

    public BodyHash? Body => body;

    /// <summary>The body as DKIM prepares it for a signature without c=, which may have meant that.</summary>
    public BodyHash? SimpleBody => simpleBody;

    public ArcSignatureResult? Result { get; set; }
}
