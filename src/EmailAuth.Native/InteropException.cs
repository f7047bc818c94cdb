namespace EmailAuth.Native;

/// <summary>A mistake of the caller. <see cref="InteropBoundary"/> catches it and turns it into a status and the thread's last error.</summary>
internal sealed class InteropException(Status status, string message) : Exception(message)
{
    public Status Status { get; } = status;
}
