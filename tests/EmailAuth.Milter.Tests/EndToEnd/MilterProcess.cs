namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>The milter as an operator runs it: a process of its own.</summary>
internal static class MilterProcess
{
    /// <summary>Names a program to run in place of the one that was built, such as the one that was published.</summary>
    private const string ProgramVariable = "EMAILAUTH_TEST_MILTER";

    private static string? Published => Environment.GetEnvironmentVariable(ProgramVariable);

    private static string Program => Path.Combine(AppContext.BaseDirectory, "EmailAuth.Milter.dll");

    private static string DotNet => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    /// <summary>The program and its arguments.</summary>
    public static string[] Command(string configurationFile) => [.. Published is { } published ? new[] { published } : [DotNet, Program], "--config", configurationFile];

    public static Task<Daemon> StartAsync(string configurationFile, string socketPath)
    {
        var command = Command(configurationFile);
        return Daemon.StartAsync(command[0], command[1..], () => AnswersAsync(socketPath));
    }

    /// <summary>Whether it answers at its socket.</summary>
    public static async Task<bool> AnswersAsync(string socketPath)
    {
        // The file is there before its access rights are, and may be one that a killed process left behind.
        if (!File.Exists(socketPath))
        {
            return false;
        }

        using var probe = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(socketPath));
            return new FileInfo(socketPath).UnixFileMode.HasFlag(UnixFileMode.OtherWrite);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
