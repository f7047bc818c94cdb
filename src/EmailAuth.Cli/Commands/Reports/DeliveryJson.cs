using System.Text.Json;
using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>What is known of deliveries as JSON.</summary>
internal static class DeliveryJson
{
    public static void Write(Utf8JsonWriter json, Suppression suppression, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("address", suppression.Address);
        json.WriteBoolean("suppressed", suppression.Until > now);
        json.WriteString("since", ReportJson.Time(suppression.Since));
        json.WriteString("until", ReportJson.Time(suppression.Until));
        json.WriteNumber("refusals", suppression.Refusals);
        json.WriteString("reason", suppression.Reason);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, string name, IReadOnlyDictionary<DeliveryState, long> counts)
    {
        json.WriteStartObject(name);
        foreach (var state in Enum.GetValues<DeliveryState>())
        {
            json.WriteNumber(state == DeliveryState.Open ? "open" : DeliveryTotals.Word(state), counts.GetValueOrDefault(state));
        }

        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, DeliveryStatus status, DateTimeOffset now)
    {
        Write(json, "deliveries", status.Counts);
        json.WriteStartArray("refused");
        foreach (var delivery in status.Refused)
        {
            json.WriteStartObject();
            json.WriteString("address", delivery.Address);
            json.WriteString("outcome", DeliveryTotals.Word(delivery.State));
            json.WriteString("at", ReportJson.Time(delivery.ChangedAt));
            json.WriteString("reply", delivery.Reply);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("suppressed");
        foreach (var suppression in status.Suppressed)
        {
            Write(json, suppression, now);
        }

        json.WriteEndArray();
    }
}
