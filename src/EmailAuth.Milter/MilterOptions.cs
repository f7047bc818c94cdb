using System.Collections.Immutable;
using System.Net;
using EmailAuth.Dns;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Policy;

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

    /// <summary>How messages are judged, and what becomes of them.</summary>
    public required AuthenticationOptions Authentication { get; init; }

    /// <summary>How the DNS is asked: a service has more use for answers that are kept than a library can expect.</summary>
    public StubResolverOptions Dns { get; init; } = new() { MaxCacheBytes = 64 * 1024 * 1024 };

    /// <summary>Clients whose mail is not judged; forged fields are removed from it all the same.</summary>
    public ImmutableArray<IPNetwork> UncheckedClients { get; init; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>Whether mail of clients that authenticated is not judged; forged fields are removed from it all the same.</summary>
    public bool SkipAuthenticated { get; init; } = true;

    /// <summary>The answer to a message that an error of this program's own has lost.</summary>
    public MilterDecision OnInternalError { get; init; } = MilterDecision.TemporaryFailure;

    /// <summary>Whether a Received-SPF field is added too, and those that arrive are removed (RFC 7208 section 9.1).</summary>
    public bool AddsReceivedSpf { get; init; }

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

    /// <summary>Whether some message is to be held by the MTA. What would be refused is held where that is the strongest that may be done.</summary>
    public bool Quarantines => Authentication.LocalPolicy.MaximumAction == DispositionAction.Quarantine
        || (Authentication.LocalPolicy.MaximumAction == DispositionAction.Reject && Actions.Contains(DispositionAction.Quarantine));

    private ImmutableArray<DispositionAction?> Actions =>
    [
        Authentication.LocalPolicy.OnReject, Authentication.LocalPolicy.OnQuarantine, Authentication.LocalPolicy.OnUnusableAuthor,
        Authentication.LocalPolicy.OnTemporaryError,
    ];

    /// <summary>
    /// The defaults: the milter writes down what it finds, and does nothing else. BIMI is for receivers that show logos: it is named where it is
    /// wanted.
    /// </summary>
    /// <param name="authservId">The name under which results are given.</param>
    public static MilterOptions For(string authservId) => new()
    {
        Authentication = new AuthenticationOptions
        {
            AuthservId = authservId,
            Methods = AuthenticationMethods.All & ~AuthenticationMethods.Bimi,
            LocalPolicy = new LocalPolicy
            {
                OnReject = DispositionAction.Accept,
                OnQuarantine = DispositionAction.Accept,
                ApplyStrictestAuthorPolicy = true,
            },
        },
    };

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
