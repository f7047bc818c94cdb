using EmailAuth.Messages;

namespace EmailAuth.Dkim;

/// <summary>
/// Signs one message that arrives field by field, as a milter gets it. The body is not kept. Who signs may be decided when the author is known, or at
/// the end. Not thread-safe.
/// </summary>
/// <remarks>
/// In order: <see cref="AddHeaderField"/>, <see cref="EndOfHeaders"/>, <see cref="AppendBody"/>, <see cref="CompleteAsync"/>. Another order is a mistake of the
/// caller (<see cref="InvalidOperationException"/>), and so is any of them after <see cref="Dispose"/> (<see cref="ObjectDisposedException"/>).
/// </remarks>
/// <example>
/// <code>
/// using EmailAuth.Dkim;
/// using EmailAuth.Signatures;
/// using EmailAuth.Syntax;
///
/// using var key = PemSigningKey.Load(PemSigningKey.Create("ed25519-sha256"));
/// var ours = DomainName.Parse("example.com").Value!;
/// var signer = new DkimSigner([new DkimSigningIdentity { Domain = ours, Selector = "s1", Key = key }]);
///
/// using var session = new DkimSigningSession();
/// session.AddHeaderField("From"u8, " Alice &lt;alice@example.com&gt;"u8); // raw: the space and folding are kept
/// session.EndOfHeaders();
/// session.AppendBody("Hello Bob\r\n"u8); // in any pieces
/// if (session.Author.Domain == ours)
/// {
///     DkimSigning signing = await session.CompleteAsync(signer);
///     Console.WriteLine(signing.Reason ?? signing.Fields[0]);
/// }
/// </code>
/// </example>
public sealed class DkimSigningSession : IDisposable
{
    private readonly DkimSignerOptions _options;
    private readonly HashedMessage _message;
    private readonly HeaderBlockBuilder _fields;
    private Author? _author;
    private bool _isComplete;
    private bool _isDisposed;

    /// <summary>Begins a message.</summary>
    /// <param name="options">What is signed and how, or null for <see cref="DkimSignerOptions.Default"/>.</param>
    public DkimSigningSession(DkimSignerOptions? options = null)
    {
        _options = options ?? DkimSignerOptions.Default;
        _message = new HashedMessage(_options);
        _fields = new HeaderBlockBuilder(_options.MessageLimits);
    }

    /// <summary>Who the message says wrote it.</summary>
    /// <exception cref="InvalidOperationException">The header has not ended.</exception>
    public Author Author => _author ?? throw new InvalidOperationException("The author is known when the header has ended.");

    /// <summary>Adds a field of the header, from the top down.</summary>
    /// <param name="name">The octets before the colon.</param>
    /// <param name="value">The octets after the colon, with the space that follows it and with folding, without the CRLF at the end.</param>
    /// <exception cref="InvalidOperationException">The header has ended.</exception>
    public void AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Expect(_author is null, "Header fields come before the body.");
        _fields.Add(name, value);
    }

    /// <summary>The header has ended.</summary>
    /// <exception cref="InvalidOperationException">It has ended before.</exception>
    public void EndOfHeaders()
    {
        Expect(_author is null, "The header has ended before.");
        var header = _fields.Build();
        _message.Begin(header);
        _author = Author.Find(header);
    }

    /// <summary>Adds the next octets of the body, cut anywhere.</summary>
    /// <param name="chunk">The octets as they leave, without dot-stuffing.</param>
    /// <exception cref="InvalidOperationException">The header has not ended, or the message has.</exception>
    public void AppendBody(ReadOnlySpan<byte> chunk)
    {
        Expect(_author is not null && !_isComplete, "The body comes after the end of the header.");
        _message.AppendBody(chunk);
    }

    /// <summary>The message has ended: signs it.</summary>
    /// <param name="signer">Who signs.</param>
    /// <param name="cancellationToken">Ends the signing.</param>
    /// <exception cref="ArgumentException">The signer has other options than this session.</exception>
    /// <exception cref="InvalidOperationException">The header has not ended, or the message was signed before.</exception>
    public ValueTask<DkimSigning> CompleteAsync(DkimSigner signer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (signer.Options != _options)
        {
            throw new ArgumentException("The signer has other options than the session, which has hashed the body as its own say.", nameof(signer));
        }

        Expect(_author is not null && !_isComplete, "A message is signed once, after its header and body.");
        _isComplete = true;
        return signer.SignAsync(_message, cancellationToken);
    }

    /// <summary>Gives back the memory of the message, complete or not; call it after <see cref="CompleteAsync"/> has ended.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _message.Dispose();
            _fields.Dispose();
        }
    }

    private void Expect(bool isInOrder, string otherwise)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!isInOrder)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
