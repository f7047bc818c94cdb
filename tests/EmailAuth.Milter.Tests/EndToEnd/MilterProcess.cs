namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>The milter as an operator runs it: a process of its own.</summary>
internal static class MilterProcess
{
    private static string Program => Path.Combine(AppContext.BaseDirectory, "EmailAuth.Milter.dll");

    private static string DotNet => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    public static Task<Daemon> StartAsync(string configurationFile, string socketPath) => Daemon.StartAsync(
        DotNet, [Program, "--config", configurationFile],
        async () =>
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
        });
}
