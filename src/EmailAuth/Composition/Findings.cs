using System.Net;
using System.Runtime.InteropServices;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Iprev;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Spf;

namespace EmailAuth.Composition;

/// <summary>What the methods found for one message, before it is put into words.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Findings
{
    public required HeaderBlock Header { get; init; }

    public required Author Author { get; init; }

    public required Disposition Disposition { get; init; }

    public IPAddress? Client { get; init; }

    public IprevResult? Iprev { get; init; }

    public SpfResult? Spf { get; init; }

    public SpfResult? SpfHelo { get; init; }

    public DkimResults? Dkim { get; init; }

    public ArcResult? Arc { get; init; }

    public DmarcResult? Dmarc { get; init; }

    public BimiResult? Bimi { get; init; }

    public int Lookups { get; init; }

    public TimeSpan Elapsed { get; init; }
}
