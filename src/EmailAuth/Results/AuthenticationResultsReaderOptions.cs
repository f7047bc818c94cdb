namespace EmailAuth.Results;

/// <summary>How much of an Authentication-Results field is read. A field past a limit is refused whole, with the limit named.</summary>
internal sealed record AuthenticationResultsReaderOptions
{
    private readonly int _maxLength = 64 * 1024;
    private readonly int _maxResults = 256;

    /// <summary>The defaults.</summary>
    public static AuthenticationResultsReaderOptions Default { get; } = new();

    /// <summary>The longest value that is read, in bytes or characters; at least 64. Default 65,536.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 64.</exception>
    public int MaxLength
    {
        get => _maxLength;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 64);
            _maxLength = value;
        }
    }

    /// <summary>The most results that a field may hold; at least 1. Default 256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxResults
    {
        get => _maxResults;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxResults = value;
        }
    }
}
