using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Inspection.Outcomes;

namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>The way of the message by its Received fields, the oldest first, with times and delays, and whose word each is.</summary>
internal static class WaySection
{
    private const int MaxHops = 20;

    // People look for the hop that took the time; mail takes seconds.
    private static readonly TimeSpan Slow = TimeSpan.FromMinutes(5);

    public static Html Of(MessageAccount account)
    {
        if (account.Hops.IsEmpty)
        {
            return Html.Empty;
        }

        var oldest = account.Hops.Reverse().ToList();
        var shown = oldest.Count <= MaxHops ? oldest : oldest[^MaxHops..];
        var items = Html.Empty;
        for (var i = 0; i < shown.Count; i++)
        {
            items.Add(Hop(shown[i], i + 1 < shown.Count ? shown[i + 1].Delay : null));
        }

        var left = oldest.Count - shown.Count;
        Html more = left == 0 ? Html.Empty : $" The {left} oldest are not shown.";
        Html whose = account.Hops.Any(static hop => hop.IsBorder)
            ? (Html)$"A filled dot is a field that the receiver's own hosts wrote. The others are the word of other hosts: they can be forged, and are shown as they are."
            : (Html)$"Nothing shows which of them the receiver's own hosts wrote: all of them can be forged, and are shown as they are.";
        return $"<ol class=\"way\">{items}</ol><p class=\"small muted\">{Count(account.Hops.Length)}, the oldest first{Total(oldest)}. {whose}{more}</p>";
    }

    private static string Count(int hops) => hops == 1 ? "1 Received field" : string.Create(CultureInfo.InvariantCulture, $"{hops} Received fields");

    private static Html Total(List<MessageHop> oldest)
    {
        var times = oldest.Select(static hop => hop.Received.Date).OfType<DateTimeOffset>().ToList();
        return times.Count < 2 ? Html.Empty : $"; {HopText.Delay(times[^1] - times[0]).TrimStart('+')} in all";
    }

    private static Html Hop(MessageHop hop, TimeSpan? next)
    {
        var received = hop.Received;
        Html time = received.Date is { } date
            ? (Html)$"<b>{PageTime.Clock(date)} <span class=\"muted\">UTC, {PageTime.Day(date)}</span></b>"
            : $"<b class=\"muted\">no date</b>";
        Html by = received.ByHost is { } host ? (Html)$"{Shown.Code(host)}" : $"a host without a name";
        Html from = received switch
        {
            { ClientAddress: { } address } when (received.FromHost ?? received.ReverseName) is { } name => $"from {Shown.Code(address.ToString())} {Shown.Code(name)}",
            { ClientAddress: { } address } => $"from {Shown.Code(address.ToString())}",
            { FromHost: { } name } => $"from {Shown.Code(name)}",
            _ => $"from an unnamed client",
        };
        Html with = received.With is { } protocol ? $", {protocol}" : Html.Empty;
        Html border = hop.IsBorder ? $"<br>{Badge.Of(State.Note, "border")} names the client that is judged" : Html.Empty;
        Html delay = next is { } wait
            ? wait < TimeSpan.Zero || wait >= Slow
                ? (Html)$"<span class=\"delay slow\">! {HopText.Delay(wait)}</span>"
                : (Html)$"<span class=\"delay\">{HopText.Delay(wait)}</span>"
            : Html.Empty;
        Html item = $"{time}{by}<br><span class=\"muted\">{from}{with}</span>{border}{delay}";
        return hop.IsOwn ? (Html)$"<li class=\"own\">{item}</li>" : $"<li>{item}</li>";
    }
}
