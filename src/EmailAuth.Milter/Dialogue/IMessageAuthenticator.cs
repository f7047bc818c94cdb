using System.Net;

namespace EmailAuth.Milter.Dialogue;

/// <summary>What the dialogue asks of the library: something to tell about one SMTP client's messages.</summary>
internal interface IMessageAuthenticator
{
    /// <summary>Begins with a client; its lookups start.</summary>
    /// <param name="client">The client's address, or null when it is not known.</param>
    /// <param name="helo">What it said in HELO, or null before it did.</param>
    IMessageAuthentication Begin(IPAddress? client, string? helo);
}
