using System.Diagnostics;

namespace EmailAuth.Native;

/// <summary>Catches every exception: it becomes a status, and its text becomes the calling thread's last error.</summary>
internal static class InteropBoundary
{
    [ThreadStatic]
    private static string? _lastError;

    /// <summary>The text of the calling thread's last error; empty when no call failed yet.</summary>
    public static string LastError => _lastError ?? string.Empty;

    /// <summary>Records an error, and returns its status.</summary>
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
            Status.Internal => OneLine.Of($"{exception.GetType().Name}: {exception.Message}"),
            Status.Aborted => "The completion was aborted.",
            Status.Ok or Status.Argument or Status.Handle or Status.State or Status.Busy or Status.Configuration or Status.Memory or Status.Forked
                or Status.Unavailable => exception.Message,
            _ => throw new UnreachableException(),
        };
        return (int)status;
    }
}
