using EmailAuth.Milter.Dialogue;

namespace EmailAuth.Milter.Service;

/// <summary>What new connections are served with. A reload swaps it whole.</summary>
internal sealed class MilterRuntime(MilterOptions options, IMessageAuthenticator authenticator)
{
    private volatile MilterSettings _current = new(options, authenticator);

    public MilterSettings Current => _current;

    public void Replace(MilterOptions options, IMessageAuthenticator authenticator) => _current = new(options, authenticator);
}

/// <summary>Options, and what was made from them.</summary>
internal sealed record MilterSettings(MilterOptions Options, IMessageAuthenticator Authenticator);
