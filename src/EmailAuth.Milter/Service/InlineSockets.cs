namespace EmailAuth.Milter.Service;

/// <summary>Lets .NET serve each socket on the thread that learns that it is ready, instead of waking another thread for it.</summary>
internal static class InlineSockets
{
    // .NET has no other place for this setting, and reads it at the first use of a socket.
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// To be called before the first socket is used. Nothing in this program waits for an answer with a thread: what waits goes on when the
    /// answer is there. An operator's own value of the variable counts.
    /// </summary>
    public static void Use()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
    }
}
