using EmailAuth.Milter.Dialogue;

namespace EmailAuth.Milter;

internal static class AuthenticatorFactory
{
    public static IMessageAuthenticator Create(MilterOptions options, IServiceProvider services) => throw new NotSupportedException();
}
