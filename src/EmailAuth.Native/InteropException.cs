namespace EmailAuth.Native;

/// <summary>A mistake of the caller's. It goes no further than the border, where it becomes a status and the thread's last error.</summary>
internal sealed class InteropException(Status status, string message) : Exception(message)
{
    public Status Status { get; } = status;
}
