using System.Collections.Immutable;

namespace EmailAuth.Dns.Stub;

/// <summary>The servers at one time, and what the system says of how to ask them. Immutable except for where the next question starts.</summary>
internal sealed class ServerSet(ImmutableArray<DnsServer> servers, ResolvConf conf)
{
    /// <summary>The most servers that are asked.</summary>
    public const int MaxServers = 16;

    private uint _turns;

    public ImmutableArray<DnsServer> Servers { get; } = servers;

    public ResolvConf Conf { get; } = conf;

    /// <summary>Where a question starts: at the first server, or with <c>rotate</c> at each in turn.</summary>
    public int Start(bool rotate) => rotate ? (int)(Interlocked.Increment(ref _turns) % (uint)Servers.Length) : 0;

    /// <summary>The next server to ask.</summary>
    /// <param name="start">Where the question started.</param>
    /// <param name="passed">The servers, a bit each, that had their turn or will give no answer.</param>
    /// <returns>Its place, those that rest last; -1 when all had their turn.</returns>
    public int Next(int start, uint passed)
    {
        var resting = -1;
        for (var i = 0; i < Servers.Length; i++)
        {
            var place = (start + i) % Servers.Length;
            if ((passed & (1u << place)) != 0)
            {
                continue;
            }

            if (!Servers[place].IsResting)
            {
                return place;
            }

            resting = resting < 0 ? place : resting;
        }

        return resting;
    }
}
