using System.Collections.Immutable;

namespace EmailAuth.Signatures;

/// <summary>The known algorithms and their key types. To add an algorithm is to add a row; nothing else names one.</summary>
internal sealed class AlgorithmTable(params ImmutableArray<SignatureAlgorithm> rows)
{
    private readonly ImmutableArray<SignatureAlgorithm> _rows = rows;

    public static AlgorithmTable Default { get; } =
        new(SignatureAlgorithm.RsaSha256, SignatureAlgorithm.Ed25519Sha256, SignatureAlgorithm.RsaSha1);

    public ImmutableArray<KeyType> KeyTypes { get; } = [.. rows.Select(row => row.KeyType).Distinct()];

    /// <summary>The algorithms that sign; the first is that of most mail.</summary>
    public ImmutableArray<SignatureAlgorithm> Signing { get; } = [.. rows.Where(row => !row.IsForArchives)];

    /// <summary>The algorithm of a name, without regard to case (RFC 5234 section 2.3); null when it is unknown.</summary>
    public SignatureAlgorithm? Find(ReadOnlySpan<char> name)
    {
        foreach (var row in _rows)
        {
            if (name.Equals(row.Name, StringComparison.OrdinalIgnoreCase))
            {
                return row;
            }
        }

        return null;
    }

    /// <summary>The key type of a name in lower case (<c>k=</c>, RFC 6376 section 3.6.1); null when it is unknown.</summary>
    public KeyType? FindKeyType(string name)
    {
        foreach (var type in KeyTypes)
        {
            if (type.Name == name)
            {
                return type;
            }
        }

        return null;
    }
}
