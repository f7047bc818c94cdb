using EmailAuth.Dns;
using EmailAuth.Messages;

namespace EmailAuth.Signatures;

/// <summary>
/// What the verifiers of one message's signatures share: the header fields by name, the body's hashes, and the session that looks up keys.
/// The header's bytes must live as long as this object.
/// </summary>
internal sealed class SignedMessage : IDisposable
{
    private readonly bool _ownsSession;
    private FieldCopies? _copies;

    /// <summary>Begins with a header block; the body follows later.</summary>
    /// <param name="header">The header block.</param>
    /// <param name="dns">The session that looks up keys.</param>
    /// <param name="ownsSession">Whether the session ends with this object.</param>
    public SignedMessage(HeaderBlock header, DnsSession dns, bool ownsSession = false)
    {
        Dns = dns;
        _ownsSession = ownsSession;
        Fields = new HeaderFieldIndex(header);
    }

    public HeaderBlock Header => Fields.Header;

    public HeaderFieldIndex Fields { get; }

    public BodyHashes Body { get; } = new();

    /// <summary>Which fields the message has in copies that differ.</summary>
    public FieldCopies Copies => _copies ??= FieldCopies.Find(Fields);

    public DnsSession Dns { get; }

    public void Dispose()
    {
        if (_ownsSession)
        {
            Dns.Cancel();
        }

        Fields.Dispose();
        Body.Dispose();
    }
}
