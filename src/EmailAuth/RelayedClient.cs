using System.Diagnostics;
using System.Net;

namespace EmailAuth;

/// <summary>
/// The client of a message that one of the site's own relays brought (<see cref="AuthenticationOptions.Relays"/>), as that
/// relay recorded it. Immutable.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class RelayedClient
{
    /// <summary>The relay, or the last of several, by its name; by its address where its name is not known.</summary>
    public required string Relay { get; init; }

    /// <summary>
    /// The client that the relay received the message from; null when it cannot be read, see <see cref="Problem"/>. Never a loopback address: that
    /// is the relay itself.
    /// </summary>
    public IPAddress? Address { get; init; }

    /// <summary>The client's HELO name, or null.</summary>
    public string? Helo { get; init; }

    /// <summary>Why <see cref="Address"/> is not known, in one line; null when it is.</summary>
    public string? Problem { get; init; }

    /// <summary>The client and the relay, in the words of the header field.</summary>
    public override string ToString() => $"client {Address?.ToString() ?? "unknown"} by relay {Relay}";
}
