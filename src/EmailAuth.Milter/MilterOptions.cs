using System.Collections.Immutable;
using System.Net;
using EmailAuth.Dkim;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Syntax;

namespace EmailAuth.Milter;

/// <summary>What the service does and how. Checked when it is read from the configuration.</summary>
internal sealed record MilterOptions
{
    /// <summary>Where MTAs connect.</summary>
    public ImmutableArray<ListenAddress> Listen { get; init; } = [ListenAddress.Default];

    /// <summary>The access rights of Unix sockets; null leaves them to the process's umask.</summary>
    public UnixFileMode? SocketMode { get; init; } =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>The number of the user to whom Unix sockets are given; null leaves them to the process's own.</summary>
    public uint? SocketOwner { get; init; }

    /// <summary>The number of the group to which Unix sockets are given; null leaves them to the process's own.</summary>
    public uint? SocketGroup { get; init; }

    /// <summary>What is judged. BIMI is for receivers that show logos: it is named where it is wanted.</summary>
    public AuthenticationMethods Methods { get; init; } = AuthenticationMethods.All & ~AuthenticationMethods.Bimi;

    /// <summary>The name by which this host signs its Authentication-Results fields (RFC 8601 section 2.5).</summary>
    public required string AuthservId { get; init; }

    /// <summary>The name servers to ask, or empty for those of the system.</summary>
    public ImmutableArray<IPEndPoint> DnsServers { get; init; } = [];

    /// <summary>How long one query may take.</summary>
    public TimeSpan DnsTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>About how much memory DNS answers may be kept in, in bytes; 0 keeps none.</summary>
    public int DnsCacheBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Clients whose mail is not judged; forged fields are removed from it all the same.</summary>
    public ImmutableArray<IPNetwork> UncheckedClients { get; init; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>Forwarders whose ARC seals are believed (RFC 8617 section 7.2).</summary>
    public ImmutableArray<DomainName> TrustedSealers { get; init; } = [];

    /// <summary>What a DKIM signature is worth whose key says that the domain is testing (RFC 6376 section 3.6.1).</summary>
    public TestingKeys TestingKeys { get; init; } = TestingKeys.Count;

    /// <summary>Whether a DKIM signature passes beside an unsigned copy of a field that it signs (RFC 6376 section 8.15).</summary>
    public bool AcceptsUnsignedCopies { get; init; }

    /// <summary>Whether mail of clients that authenticated is not judged; forged fields are removed from it all the same.</summary>
    public bool SkipAuthenticated { get; init; } = true;

    /// <summary>What is done with a message for which its domain's owner asks for rejection.</summary>
    public MessageAction OnReject { get; init; } = MessageAction.Annotate;

    /// <summary>What is done with a message for which its domain's owner asks for quarantine.</summary>
    public MessageAction OnQuarantine { get; init; } = MessageAction.Annotate;

    /// <summary>What is done with a message that has not one author domain; null: the stronger of <see cref="OnReject"/> and <see cref="OnQuarantine"/>.</summary>
    public MessageAction? OnUnusableAuthor { get; init; }

    /// <summary>
    /// What is done with a message of which a DNS failure hides whether it fails a policy that is known and enforced: annotate or tempfail.
    /// Null: tempfail when <see cref="OnReject"/> or <see cref="OnQuarantine"/> is not annotate, else as <see cref="OnTemporaryError"/>.
    /// </summary>
    public MessageAction? OnUndecided { get; init; }

    /// <summary>What is done with any other message that cannot be judged now.</summary>
    public MessageAction OnTemporaryError { get; init; } = MessageAction.Annotate;

    /// <summary>The answer to a message that an error of this program's own has lost.</summary>
    public MilterDecision OnInternalError { get; init; } = MilterDecision.TemporaryFailure;

    /// <summary>Whether a Received-SPF field is added too, and those that arrive are removed (RFC 7208 section 9.1).</summary>
    public bool AddsReceivedSpf { get; init; }

    /// <summary>What goes into a second Authentication-Results field, for the readers that take it.</summary>
    public ExtendedResults ExtendedResults { get; init; } = ExtendedResults.Bimi;

    /// <summary>The most connections at a time; further ones are closed at once.</summary>
    public int MaxConnections { get; init; } = 5_000;

    /// <summary>The longest packet that is read.</summary>
    public int MaxPacketBytes { get; init; } = 1_100_000;

    /// <summary>How long an MTA may keep silent between packets; libmilter's own default is about two hours.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long the rest of a packet may take, and a reply to be taken.</summary>
    public TimeSpan PacketTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often an MTA that waits for a verdict is told that there is one to come.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long messages in hand may take when the service is to stop.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where health and metrics are served over HTTP, or null.</summary>
    public IPEndPoint? Http { get; init; }

    /// <summary>The least of what is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>How it is written.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>Whether some message is to be held by the MTA.</summary>
    public bool Quarantines =>
        OnReject == MessageAction.Quarantine || OnQuarantine == MessageAction.Quarantine || OnUnusableAuthor == MessageAction.Quarantine
        || OnTemporaryError == MessageAction.Quarantine;

    /// <summary>Whether a client's mail is not judged.</summary>
    public bool LeavesUnchecked(IPAddress client)
    {
        foreach (var network in UncheckedClients)
        {
            if (network.Contains(client))
            {
                return true;
            }
        }

        return false;
    }
}
