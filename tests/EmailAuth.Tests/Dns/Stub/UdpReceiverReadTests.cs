using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>One receiver reads the sockets, on Linux.</summary>
public sealed class UdpReceiverReadTests : ReceiveTests
{
    private static readonly Lazy<UdpReceiver?> Own = new(UdpReceiver.TryStart);

    public UdpReceiverReadTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has epoll.");

    private protected override UdpReceiver Receiver => Own.Value ?? throw new InvalidOperationException("Linux has epoll.");
}
