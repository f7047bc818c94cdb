using System.Diagnostics;
using System.Text.Json;
using EmailAuth.Dns;

namespace EmailAuth.Bimi;

/// <summary>Writes what discovery asked the DNS.</summary>
internal static class BimiEvidenceJson
{
    /// <summary>Writes members of the current object.</summary>
    public static void Write(Utf8JsonWriter json, BimiResult bimi)
    {
        json.WriteStartArray("lookups");
        foreach (var lookup in bimi.Lookups)
        {
            json.WriteStartObject();
            json.WriteString("name", lookup.Name.ToString());
            json.WriteString("status", lookup.Status switch
            {
                DnsStatus.Records => "records",
                DnsStatus.NoData => "no_data",
                DnsStatus.NameError => "no_such_name",
                DnsStatus.Failure => "failed",
                _ => throw new UnreachableException(),
            });
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
