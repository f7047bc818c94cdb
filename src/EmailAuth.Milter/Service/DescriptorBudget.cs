namespace EmailAuth.Milter.Service;

/// <summary>Divides the file descriptors of the process: some are for the service itself, the rest for connections of MTAs.</summary>
/// <param name="Limit">How many the process may have open at a time.</param>
/// <param name="Open">How many are open before the first connection. A program that .NET compiles at run time keeps its assemblies open.</param>
internal sealed record DescriptorBudget(long Limit, int Open)
{
    /// <summary>
    /// The reserve in addition to the open ones: for DNS sockets, log, configuration, metrics, and the runtime, which ends the process when it
    /// gets no descriptor for a new thread.
    /// </summary>
    public const int Reserve = 300;

    private const string OpenFiles = "/proc/self/fd";

    /// <summary>How many connections of MTAs are served at a time. When few descriptors are left, the reserve is half of them.</summary>
    public int Connections
    {
        get
        {
            var left = Math.Max(0, Limit - Open);
            return (int)Math.Clamp(left - Math.Min(Reserve, left / 2), 1, int.MaxValue);
        }
    }

    /// <summary>The limit that a number of connections needs.</summary>
    public long Needed(int connections) => (long)connections + Open + Reserve;

    /// <summary>The budget of this process; null when there is no limit, or it is not known.</summary>
    public static DescriptorBudget? Measure() =>
        DescriptorLimit.Read() is { } limit ? new DescriptorBudget(limit, CountOpen()) : null;

    private static int CountOpen()
    {
        try
        {
            return Directory.Exists(OpenFiles) ? Directory.GetFileSystemEntries(OpenFiles).Length : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
