namespace EmailAuth.Reports.Store;

/// <summary>The store did not do what it was asked to; nothing of it is half done.</summary>
/// <param name="message">What to do, in one line, without a password.</param>
/// <param name="isTransient">Whether it may work later without any change: the database is away, locked or full.</param>
/// <param name="innerException">What the database said.</param>
public sealed class ReportStoreException(string message, bool isTransient = false, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether it may work later without any change.</summary>
    public bool IsTransient { get; } = isTransient;
}
