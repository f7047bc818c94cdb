using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Reports.Store.Tests.Delivery;

namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>Dispatchers over a store in memory, with a transport that keeps what it is given.</summary>
internal static class DispatcherWorld
{
    public static readonly DateTimeOffset Midnight = ReportPeriod.DayOf(TestMessages.Noon).AddDays(1);
    public static readonly DeliveryOptions AtOnce = new() { SettleTime = TimeSpan.Zero, SpreadTime = TimeSpan.Zero, HostPause = TimeSpan.Zero };

    public static ReportDispatcher Dispatcher(
        MemoryReportStore store, IDnsResolver resolver, IReportTransport transport, TimeProvider clock, DeliveryOptions? options = null, Action<DeliveryEvent>? told = null, IReportDeliveries? queue = null) =>
        new(store, queue ?? store, new DmarcReportDestinations(resolver), new ReportMailFactory(store, TestIdentity.Of(), null, clock), () => transport, options ?? AtOnce with { Workers = 1 }, clock)
        {
            Observer = told,
        };

    public static ZoneResolver Zone(params string[] consents)
    {
        var zone = new Zone();
        foreach (var consent in consents)
        {
            zone.Add(consent, ZoneEntryKind.Txt, "v=DMARC1");
        }

        return new ZoneResolver(zone);
    }
}
