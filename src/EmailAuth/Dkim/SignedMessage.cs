using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Dkim;

/// <summary>
/// One message as its signatures see it, shared by all who verify signatures: the header fields by name, the body's hashes, and the keys,
/// each name asked for once. The header's bytes must live as long as this.
/// </summary>
internal sealed class SignedMessage : IDisposable
{
    private const int FewLookups = 8;

    private readonly IDnsResolver _resolver;
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancellationToken;
    private readonly List<KeyLookup> _lookups = new(2);

    // Made when there are more than a glance finds: up to a thousand signatures may each have a key of its own.
    private Dictionary<DomainName, KeyLookup>? _byName;
    private FieldCopies? _copies;

    /// <summary>Takes a header block; the body is still to come.</summary>
    /// <param name="header">The header block.</param>
    /// <param name="resolver">Whom to ask for keys.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the lookups.</param>
    public SignedMessage(HeaderBlock header, IDnsResolver resolver, TimeProvider time, CancellationToken cancellationToken)
    {
        _resolver = resolver;
        _time = time;
        _cancellationToken = cancellationToken;
        Fields = new HeaderFieldIndex(header);
    }

    public HeaderBlock Header => Fields.Header;

    public HeaderFieldIndex Fields { get; }

    public BodyHashes Body { get; } = new();

    /// <summary>Which fields the message has in copies that differ.</summary>
    public FieldCopies Copies => _copies ??= FieldCopies.Find(Fields);

    /// <summary>Asks for a key; a name that was asked for before is not asked again.</summary>
    public KeyLookup AskForKey(DomainName name)
    {
        if (Find(name) is { } known)
        {
            return known;
        }

        var asked = new KeyLookup(name, _resolver, _time, _cancellationToken);
        _lookups.Add(asked);
        _byName?.Add(name, asked);
        return asked;
    }

    public void Dispose()
    {
        Fields.Dispose();
        Body.Dispose();
    }

    private KeyLookup? Find(DomainName name)
    {
        if (_lookups.Count > FewLookups)
        {
            _byName ??= _lookups.ToDictionary(static lookup => lookup.Name);
            return _byName.GetValueOrDefault(name);
        }

        foreach (var lookup in _lookups)
        {
            if (lookup.Name == name)
            {
                return lookup;
            }
        }

        return null;
    }
}
