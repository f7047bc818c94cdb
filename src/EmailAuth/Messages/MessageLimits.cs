namespace EmailAuth.Messages;

/// <summary>
/// How much of a header block is read, and of an envelope kept. When a header exceeds a limit, its checks end in permerror and name the limit.
/// </summary>
public sealed record MessageLimits
{
    private readonly int _maxHeaderBytes = 1024 * 1024;
    private readonly int _maxHeaderFields = 10_000;
    private readonly int _maxRecipients = 1000;

    /// <summary>The defaults.</summary>
    public static MessageLimits Default { get; } = new();

    /// <summary>The most bytes a header block may have; at least 1,024. Default 1 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1,024.</exception>
    public int MaxHeaderBytes
    {
        get => _maxHeaderBytes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1024);
            _maxHeaderBytes = value;
        }
    }

    /// <summary>The most fields a header block may have; at least 16. Default 10,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 16.</exception>
    public int MaxHeaderFields
    {
        get => _maxHeaderFields;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 16);
            _maxHeaderFields = value;
        }
    }

    /// <summary>
    /// The most recipients that a session keeps of a message, for observers; more are only counted. At least 0. Default 1,000,
    /// ten times what every server must accept (RFC 5321 section 4.5.3.1.8).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxRecipients
    {
        get => _maxRecipients;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _maxRecipients = value;
        }
    }
}
