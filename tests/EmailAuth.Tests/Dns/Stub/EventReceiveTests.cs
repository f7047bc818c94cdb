using EmailAuth.Dns.Stub;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>.NET reads the sockets, as on Windows and macOS.</summary>
public sealed class EventReceiveTests : ReceiveTests
{
    private protected override UdpReceiver? Receiver => null;
}
