using EmailAuth.Dns;
using EmailAuth.Messages;

namespace EmailAuth.Signatures;

/// <summary>
/// One message as its signatures see it, shared by the verifiers of its signatures: the header fields by name, the body's hashes, and the
/// session that keys are asked through. The header's bytes must live as long as this.
/// </summary>
internal sealed class SignedMessage : IDisposable
{
    private readonly bool _ownsSession;
    private FieldCopies? _copies;

    /// <summary>Takes a header block; the body is still to come.</summary>
    /// <param name="header">The header block.</param>
    /// <param name="dns">Where keys are asked for.</param>
    /// <param name="ownsSession">Whether the session ends with this.</param>
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
