using System.Diagnostics;

namespace EmailAuth.Native;

/// <summary>Where exceptions end: each becomes a status, and its text the calling thread's last error.</summary>
internal static class InteropBoundary
{
    [ThreadStatic]
    private static string? _lastError;

    /// <summary>The text of the calling thread's last error; empty when it had none.</summary>
    public static string LastError => _lastError ?? string.Empty;

    /// <summary>Records an error, and gives its status.</summary>
    public static int Failed(Exception exception)
    {
        var status = exception switch
        {
            InteropException mistake => mistake.Status,
            OperationCanceledException => Status.Aborted,
            OutOfMemoryException => Status.Memory,
            _ => Status.Internal,
        };
        _lastError = status switch
        {
            Status.Internal => $"{exception.GetType().Name}: {exception.Message}",
            Status.Aborted => "The completion was aborted.",
            Status.Ok or Status.Argument or Status.Handle or Status.State or Status.Busy or Status.Configuration or Status.Memory or Status.Forked
                or Status.Unavailable => exception.Message,
            _ => throw new UnreachableException(),
        };
        return (int)status;
    }
}
