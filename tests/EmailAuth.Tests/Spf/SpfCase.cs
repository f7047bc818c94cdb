using System.Net;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.Spf;

/// <summary>A check as data: a zone, a client and what it said.</summary>
internal class SpfCase
{
    public IPAddress Client { get; init; } = IPAddress.Any;

    public string Helo { get; init; } = string.Empty;

    public string MailFrom { get; init; } = string.Empty;

    /// <summary>The zone's entries, in order.</summary>
    public List<(string Name, ZoneRecord Record)> Entries { get; } = [];

    public Zone Zone
    {
        get
        {
            var zone = new Zone();
            foreach (var (name, record) in Entries)
            {
                zone.Add(DomainName.ParseDnsName(name).Value!, record);
            }

            return zone;
        }
    }

    /// <summary>Whether a record of the zone holds a text.</summary>
    public bool Holds(string text) => Entries.Exists(entry => entry.Record.Data?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);

    public override string ToString() =>
        $"{Client} {Helo} {MailFrom}\n" + string.Join('\n', Entries.Select(entry => $"  {entry.Name} {entry.Record.Type} {entry.Record.Preference} {entry.Record.Data}"));
}
