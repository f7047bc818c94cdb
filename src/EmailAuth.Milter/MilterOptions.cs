using System.Collections.Immutable;
using System.Net;
using EmailAuth.Dns;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Reports;
using EmailAuth.Milter.Signing;
using EmailAuth.Policy;
using EmailAuth.Settings;

namespace EmailAuth.Milter;

/// <summary>The settings of the service. They are checked when they are read from the configuration.</summary>
internal sealed record MilterOptions
{
    /// <summary>Where MTAs connect.</summary>
    public ImmutableArray<ListenAddress> Listen { get; init; } = [ListenAddress.Default];

    /// <summary>The access rights of Unix sockets; null means those of the process's umask.</summary>
    public UnixFileMode? SocketMode { get; init; } =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>The number of the user who owns Unix sockets; null means the user of the process.</summary>
    public uint? SocketOwner { get; init; }

    /// <summary>The number of the group of Unix sockets; null means the group of the process.</summary>
    public uint? SocketGroup { get; init; }

    /// <summary>How messages are judged, and what is done with them.</summary>
    public required AuthenticationOptions Authentication { get; init; }

    /// <summary>How the DNS is asked. The cache is larger than the library's default, because a service asks more often for the same names.</summary>
    public StubResolverOptions Dns { get; init; } = new() { MaxCacheBytes = 64 * 1024 * 1024 };

    /// <summary>Clients whose mail is not judged; forged fields are removed from it anyway.</summary>
    public ImmutableArray<IPNetwork> UncheckedClients { get; init; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>Whether mail of clients that authenticated is not judged; forged fields are removed from it anyway.</summary>
    public bool SkipAuthenticated { get; init; } = true;

    /// <summary>The file that says which key signs for which author domain; null if mail is not signed.</summary>
    public SettingFile<SigningTable>? SigningTable { get; init; }

    /// <summary>Clients whose mail is signed, beside those that authenticated and those on this machine's sockets.</summary>
    public ImmutableArray<IPNetwork> SignedClients { get; init; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>Whether mail of clients that authenticated is signed.</summary>
    public bool SignAuthenticated { get; init; } = true;

    /// <summary>The answer to a message when an internal error prevents a verdict.</summary>
    public MilterDecision OnInternalError { get; init; } = MilterDecision.TemporaryFailure;

    /// <summary>How a message is put aside.</summary>
    public QuarantineBy QuarantineBy { get; init; } = QuarantineBy.Hold;

    /// <summary>Whether a Received-SPF field is also added, and arriving ones are removed (RFC 7208 section 9.1).</summary>
    public bool AddsReceivedSpf { get; init; }

    /// <summary>The largest number of connections at a time; further ones are closed at once.</summary>
    public int MaxConnections { get; init; } = 5_000;

    /// <summary>The longest packet that is read.</summary>
    public int MaxPacketBytes { get; init; } = 1_100_000;

    /// <summary>How long an MTA may be silent between packets; libmilter's default is about two hours.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long the rest of a packet may take, and how long the MTA may take to read a reply.</summary>
    public TimeSpan PacketTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often an MTA that waits for a verdict is told to keep waiting.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long messages in progress may take when the service stops.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether and how mail is counted for DMARC aggregate reports.</summary>
    public ReportOptions Reports { get; init; } = new();

    /// <summary>Where health and metrics are served over HTTP, or null.</summary>
    public IPEndPoint? Http { get; init; }

    /// <summary>The lowest level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>The form of log lines.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>Whether the MTA may have to hold a message. A message that would be refused is held if quarantine is the strongest action allowed.</summary>
    public bool Quarantines => Authentication.LocalPolicy.MaximumAction == DispositionAction.Quarantine
        || (Authentication.LocalPolicy.MaximumAction == DispositionAction.Reject && (Actions.Contains(DispositionAction.Quarantine) || Authentication.LocalPolicy.ExceptionsFile is not null));

    /// <summary>What an operator should know of settings that are valid. One line each, beginning with the key.</summary>
    /// <param name="time">The clock.</param>
    public ImmutableArray<string> WarningsAt(TimeProvider time)
    {
        var (now, exceptions) = (time.GetUtcNow(), Authentication.LocalPolicy.ExceptionsFile);
        return
        [
            .. SettingWarnings.Of(this),
            .. SigningTable?.Content.WarningsAt(now).Select(warning => $"{nameof(SigningTable)}: {SigningTable.Path}: {warning}") ?? [],
            .. exceptions?.Current(time).WarningsAt(DateOnly.FromDateTime(now.UtcDateTime)).Select(warning => $"Policy:ExceptionsFile: {exceptions.Path}: {warning}") ?? [],
        ];
    }

    private ImmutableArray<DispositionAction?> Actions =>
    [
        Authentication.LocalPolicy.OnReject, Authentication.LocalPolicy.OnQuarantine, Authentication.LocalPolicy.OnUnusableAuthor,
        Authentication.LocalPolicy.OnTemporaryError,
    ];

    /// <summary>
    /// The defaults: the milter writes its results into messages, and takes no action. BIMI is only for receivers that show logos, so an operator
    /// who wants it must name it.
    /// </summary>
    /// <param name="authservId">The name of this host in results.</param>
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

    /// <summary>Whether a client's mail is signed. The client decides, never what its message says. Mail of a relay comes from outside.</summary>
    /// <param name="client">Its address, or null if the MTA does not know it.</param>
    /// <param name="isLocal">Whether it connected through a socket on this machine.</param>
    /// <param name="isAuthenticated">Whether it authenticated.</param>
    public bool Signs(IPAddress? client, bool isLocal, bool isAuthenticated) => SigningTable is not null
        && (client is null ? isLocal : !IsRelay(client) && ((isAuthenticated && SignAuthenticated) || Contains(SignedClients, client)));

    /// <summary>Whether a client's mail is not judged. That of a relay is, by the clients that the relay recorded.</summary>
    public bool LeavesUnchecked(IPAddress client) => Contains(UncheckedClients, client) && !IsRelay(client);

    /// <summary>Whether a client is in the network of one of the site's relays.</summary>
    public bool IsRelay(IPAddress client)
    {
        foreach (var relay in Authentication.Relays)
        {
            if (relay.Contains(client))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Contains(ImmutableArray<IPNetwork> networks, IPAddress client)
    {
        foreach (var network in networks)
        {
            if (network.Contains(client))
            {
                return true;
            }
        }

        return false;
    }
}
