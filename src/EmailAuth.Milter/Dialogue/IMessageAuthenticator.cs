using System.Net;

namespace EmailAuth.Milter.Dialogue;

/// <summary>Creates the authentication of one SMTP client's messages.</summary>
internal interface IMessageAuthenticator
{
    /// <summary>Begins a client, and starts its lookups.</summary>
    /// <param name="client">The client's address, or null when it is not known.</param>
    /// <param name="helo">The name that the client gave in HELO, or null before HELO.</param>
    IMessageAuthentication Begin(IPAddress? client, string? helo);
}
