using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Reports.Store.Tests.Delivery;

public sealed class ScheduleTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Reports_are_spread_evenly_and_each_always_at_the_same_time()
    {
        var options = new DeliveryOptions();
        var hours = new int[6];
        for (var number = 0; number < 6000; number++)
        {
            var id = $"{number:x32}";
            var due = DeliverySchedule.DueAt(id, Midnight, options);
            Assert.Equal(due, DeliverySchedule.DueAt(id, Midnight, options));
            Assert.InRange(due, Midnight + options.SettleTime, Midnight + options.SettleTime + options.SpreadTime);
            hours[(int)(due - Midnight - options.SettleTime).TotalHours]++;
        }

        Assert.All(hours, hour => Assert.InRange(hour, 850, 1150));
        Assert.Equal(Midnight + options.SettleTime, DeliverySchedule.DueAt("a", Midnight, options with { SpreadTime = TimeSpan.Zero }));
    }

    [Fact]
    public void Pauses_grow_to_four_hours_give_or_take_a_fifth()
    {
        double[] minutes = [15, 30, 60, 120, 240, 240, 240];
        for (var attempt = 1; attempt <= minutes.Length; attempt++)
        {
            var pause = DeliverySchedule.RetryAt("token", attempt, Midnight) - Midnight;
            Assert.InRange(pause.TotalMinutes, minutes[attempt - 1] * 0.8, minutes[attempt - 1] * 1.2);
        }

        Assert.InRange(DeliverySchedule.RetryAt("token", int.MaxValue, Midnight) - Midnight, TimeSpan.FromHours(3.2), TimeSpan.FromHours(4.8));
    }

    [Fact]
    public void A_suppression_grows_with_each_refusal_and_shrinks_with_each_success()
    {
        Suppression? suppression = null;
        foreach (var days in (int[])[1, 4, 16, 64, 90, 90])
        {
            var now = suppression?.Until ?? Midnight;
            suppression = Suppression.After("D@Example.com", suppression, "550 no", now);
            Assert.Equal(("d@example.com", now.AddDays(days)), (suppression.Address, suppression.Until));
        }

        var later = suppression!.Until;
        for (var left = 4; left > 0; left--)
        {
            suppression = suppression!.AfterSuccess(later);
            Assert.Equal((left, later), (suppression!.Refusals, suppression.Until));
        }

        Assert.Null(suppression!.AfterSuccess(later));
    }

    [Fact]
    public void What_an_operator_suppressed_for_longer_stays_so()
    {
        var manual = new Suppression { Address = "d@example.com", Since = Midnight, Until = Midnight.AddYears(10), Refusals = 1, Reason = "they asked" };
        Assert.Equal(manual.Until, Suppression.After("d@example.com", manual, "550 no", Midnight).Until);
    }
}
