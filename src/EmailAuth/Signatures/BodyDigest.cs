using System.Security.Cryptography;

namespace EmailAuth.Signatures;

/// <summary>
/// One hash over one canonical body. The octets are hashed once, however many lengths are requested: at each length the hash so far is kept.
/// </summary>
internal sealed class BodyDigest : IDisposable
{
    private readonly SignatureHash _algorithm;
    private BodyHash? _whole;
    private Dictionary<long, BodyHash>? _byLength;

    // Sorted by length once the body has begun.
    private BodyHash[]? _prefixes;
    private IncrementalHash? _hash;
    private long _position;
    private int _nextPrefix;

    public BodyDigest(SignatureHash algorithm) => _algorithm = algorithm;

    public SignatureHash Algorithm => _algorithm;

    /// <summary>Requests a hash. Call it before the first octet.</summary>
    public BodyHash Request(long? length)
    {
        if (length is not { } octets)
        {
            return _whole ??= new BodyHash(_algorithm, null);
        }

        _byLength ??= [];
        if (!_byLength.TryGetValue(octets, out var prefix))
        {
            _byLength.Add(octets, prefix = new BodyHash(_algorithm, octets));
        }

        return prefix;
    }

    public void Append(ReadOnlySpan<byte> canonical)
    {
        if (_byLength is not null)
        {
            canonical = AppendPrefixes(canonical, _prefixes ??= [.. _byLength.Values.OrderBy(static prefix => prefix.Length)]);
        }

        if (!canonical.IsEmpty && (_whole is not null || _nextPrefix < _prefixes!.Length))
        {
            Hash.AppendData(canonical);
        }

        _position += canonical.Length;
    }

    /// <summary>Ends the body and fills the requested hashes.</summary>
    public void Complete()
    {
        Append([]);
        Span<byte> final = stackalloc byte[SignatureHash.MaxLength];
        final = final[.._algorithm.Length];
        Hash.GetHashAndReset(final);
        _algorithm.Return(Hash);
        _hash = null;

        if (_whole is not null)
        {
            _whole.CanonicalLength = _position;
            final.CopyTo(_whole.Destination);
        }

        for (var index = 0; index < _prefixes?.Length; index++)
        {
            var prefix = _prefixes[index];
            prefix.CanonicalLength = _position;
            if (index >= _nextPrefix)
            {
                final.CopyTo(prefix.Destination);
            }
        }
    }

    public void Dispose()
    {
        _hash?.Dispose();
        _hash = null;
    }

    private IncrementalHash Hash => _hash ??= _algorithm.Rent();

    private ReadOnlySpan<byte> AppendPrefixes(ReadOnlySpan<byte> canonical, BodyHash[] prefixes)
    {
        while (_nextPrefix < prefixes.Length)
        {
            var prefix = prefixes[_nextPrefix];
            var missing = prefix.Length!.Value - _position;
            if (missing > canonical.Length)
            {
                break;
            }

            Hash.AppendData(canonical[..(int)missing]);
            Hash.GetCurrentHash(prefix.Destination);
            _position += missing;
            canonical = canonical[(int)missing..];
            _nextPrefix++;
        }

        return canonical;
    }
}
