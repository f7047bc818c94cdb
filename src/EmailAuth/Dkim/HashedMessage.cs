using EmailAuth.Messages;
using EmailAuth.Signatures;

namespace EmailAuth.Dkim;

/// <summary>A message on its way through a signer: its header, and the hashes of its body, which is not kept.</summary>
internal sealed class HashedMessage(DkimSignerOptions options) : IDisposable
{
    private readonly BodyHashes _body = new();
    private readonly List<(SignatureHash Function, BodyHash Hash)> _hashes = [];
    private LineLength _lines;
    private BareLineBreaks _breaks;

    /// <summary>The fields of the header; null before <see cref="Begin"/>.</summary>
    public HeaderFieldIndex? Fields { get; private set; }

    /// <summary>The header has ended. Its bytes must live as long as this.</summary>
    public void Begin(HeaderBlock header)
    {
        Fields = new HeaderFieldIndex(header);
        foreach (var function in AlgorithmTable.Default.Signing.Select(static algorithm => algorithm.Hash).Distinct())
        {
            _hashes.Add((function, _body.Request(options.BodyCanonicalization, function, null)));
        }
    }

    /// <summary>Takes the next bytes of the body.</summary>
    public void AppendBody(ReadOnlySpan<byte> chunk)
    {
        _body.Append(chunk);
        _lines.Append(chunk);
        _breaks.Append(chunk);
    }

    /// <summary>The message has ended.</summary>
    /// <returns>Why it is not signed, or null.</returns>
    public DkimSigningFault? Complete()
    {
        _body.Complete();
        return SigningChecks.Refuse(Fields!) ?? SigningChecks.RefuseBody(_breaks, _lines);
    }

    /// <summary>The hash of the whole body.</summary>
    public ReadOnlySpan<byte> BodyHash(SignatureHash function) => _hashes.Find(one => one.Function == function).Hash.Value;

    /// <summary>Gives back the memory.</summary>
    public void Dispose()
    {
        Fields?.Dispose();
        _body.Dispose();
    }
}
