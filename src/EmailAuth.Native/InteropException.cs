using System.Collections.Immutable;

namespace EmailAuth.Native;

/// <summary>A mistake of the caller. <see cref="InteropBoundary"/> catches it and turns it into a status and the thread's last error.</summary>
internal sealed class InteropException : Exception
{
    public InteropException(Status status, string message)
        : base(OneLine.Of(message)) => (Status, Lines) = (status, [OneLine.Of(message)]);

    /// <summary>All errors of a configuration.</summary>
    public InteropException(ImmutableArray<string> errors)
        : base(string.Join("; ", errors.Select(OneLine.Of))) => (Status, Lines) = (Status.Configuration, [.. errors.Select(OneLine.Of)]);

    public Status Status { get; }

    /// <summary>The errors, one for each line, without control characters.</summary>
    public ImmutableArray<string> Lines { get; }
}
