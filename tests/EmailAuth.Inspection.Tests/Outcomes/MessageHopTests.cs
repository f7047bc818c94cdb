using System.Collections.Immutable;
using System.Net;
using System.Text;
using EmailAuth.Inspection.Outcomes;
using EmailAuth.Messages;

namespace EmailAuth.Inspection.Tests.Outcomes;

/// <summary>The way of a message, and which Received fields the receiver wrote.</summary>
public class MessageHopTests
{
    private const string Way = "Received: from mx.example.org ([10.0.0.1]) by store.example.org; Sat, 28 Nov 2026 17:00:07 +0000\r\n"
        + "Received: from mail.example.com (mail.example.com [192.0.2.66]) by mx.example.org with ESMTPS id 2; Sat, 28 Nov 2026 18:00:05 +0100\r\n"
        + "Subject: x\r\n"
        + "Received: from [192.0.2.66] by mx.example.org; Sat, 28 Nov 2026 17:00:09 +0000\r\n"
        + "Received: nonsense\r\n"
        + "Received: by laptop.example.com; Sat, 28 Nov 2026 15:00:00 +0000\r\n";

    [Fact]
    public void The_fields_down_to_the_topmost_one_that_names_the_client_are_the_receivers()
    {
        var hops = Hops(IPAddress.Parse("192.0.2.66"));
        Assert.Equal([1, 2, 3, 4, 5], hops.Select(hop => hop.Number));
        Assert.Equal([0, 1, 3, 4, 5], hops.Select(hop => hop.FieldIndex));
        Assert.Equal([true, true, false, false, false], hops.Select(hop => hop.IsOwn));
        Assert.Equal([false, true, false, false, false], hops.Select(hop => hop.IsBorder));
    }

    [Fact]
    public void Delays_are_between_the_dates_and_can_be_negative() => Assert.Equal(
        [2.0, -4.0, 7209.0, null, null], Hops(null).Select(hop => hop.Delay?.TotalSeconds));

    [Theory]
    [InlineData(null)]
    [InlineData("192.0.2.99")]
    public void When_no_field_names_the_client_none_is_known_to_be_the_receivers(string? client) =>
        Assert.All(Hops(client is null ? null : IPAddress.Parse(client)), hop => Assert.False(hop.IsOwn || hop.IsBorder));

    [Fact]
    public void An_IPv4_mapped_client_is_its_IPv4_address() => Assert.True(Hops(IPAddress.Parse("::ffff:192.0.2.66"))[1].IsBorder);

    [Fact]
    public void A_given_number_decides() => Assert.Equal(
        [true, true, true, false, false], MessageHop.ReadAll(Header(Way), IPAddress.Parse("192.0.2.66"), number: 3).Select(hop => hop.IsOwn));

    [Fact]
    public void At_most_100_fields_are_read() => Assert.Equal(100, MessageHop.ReadAll(Header(string.Concat(Enumerable.Repeat("Received: by a.example\r\n", 150))), null).Length);

    private static ImmutableArray<MessageHop> Hops(IPAddress? client) => MessageHop.ReadAll(Header(Way), client);

    private static HeaderBlock Header(string fields) => HeaderBlock.Parse(Encoding.Latin1.GetBytes(fields + "\r\n"));
}
