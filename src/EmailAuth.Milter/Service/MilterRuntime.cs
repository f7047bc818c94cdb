using EmailAuth.Milter.Dialogue;

namespace EmailAuth.Milter.Service;

/// <summary>The options and the authenticator for new connections. A reload replaces both at once.</summary>
internal sealed class MilterRuntime(MilterOptions options, IMessageAuthenticator authenticator)
{
    private volatile MilterSettings _current = new(options, authenticator);

    public MilterSettings Current => _current;

    public void Replace(MilterOptions options, IMessageAuthenticator authenticator) => _current = new(options, authenticator);
}

/// <summary>The options, and the authenticator that was made from them.</summary>
internal sealed record MilterSettings(MilterOptions Options, IMessageAuthenticator Authenticator);
