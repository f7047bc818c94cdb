using System.Collections.Immutable;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Service;
using EmailAuth.Syntax;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Milter.Configuration;

/// <summary>Makes <see cref="MilterOptions"/> from a configuration, or says everything that is wrong with it.</summary>
internal static class MilterOptionsReader
{
    private const string Actions = "annotate, quarantine, reject or tempfail";

    public static MilterOptionsResult Read(IConfiguration configuration)
    {
        var section = new ConfigurationSection(configuration);
        var defaults = new MilterOptions { AuthservId = "localhost" };
        var options = new MilterOptions
        {
            Listen = section.List("Listen", defaults.Listen, ListenAddress.Parse, ListenAddress.Forms),
            SocketMode = section.Value(
                "SocketMode", defaults.SocketMode!.Value, ConfigurationValue.FileMode, "access rights in octal, such as 0660"),
            SocketOwner = Account(section, "SocketOwner", SystemAccounts.User, "a user of this machine"),
            SocketGroup = Account(section, "SocketGroup", SystemAccounts.Group, "a group of this machine"),
            Methods = Methods(section, defaults.Methods),
            AuthservId = AuthservId(section),
            DnsServers = section.List(
                "DnsServers", defaults.DnsServers, text => ConfigurationValue.EndPoint(text, 53), "an address of a DNS server, with :PORT perhaps"),
            DnsTimeout = section.Duration("DnsTimeout", defaults.DnsTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20)),
            DnsCacheBytes = section.Number("DnsCacheBytes", defaults.DnsCacheBytes, 0, int.MaxValue),
            UncheckedClients = section.ListOfValues(
                "UncheckedClients", defaults.UncheckedClients, NetworkText.Parse, "a network such as 192.0.2.0/24"),
            TrustedSealers = section.List(
                "TrustedSealers", defaults.TrustedSealers, text => DomainName.Parse(text).Value, "a domain name"),
            TestingKeys = section.Value("TestingKeys", defaults.TestingKeys, ConfigurationValue.Name<TestingKeys>, "count or ignore"),
            AcceptsUnsignedCopies = section.Flag("AcceptUnsignedCopies", defaults.AcceptsUnsignedCopies),
            SkipAuthenticated = section.Flag("SkipAuthenticated", defaults.SkipAuthenticated),
            OnReject = section.Value("OnReject", defaults.OnReject, ConfigurationValue.Name<MessageAction>, Actions),
            OnQuarantine = section.Value("OnQuarantine", defaults.OnQuarantine, ConfigurationValue.Name<MessageAction>, Actions),
            OnUnusableAuthor = section.Optional("OnUnusableAuthor", ConfigurationValue.Name<MessageAction>, Actions),
            OnUndecided = section.Optional("OnUndecided", UndecidedAction, "annotate or tempfail"),
            OnTemporaryError = section.Value("OnTemporaryError", defaults.OnTemporaryError, ConfigurationValue.Name<MessageAction>, Actions),
            OnInternalError = section.Value("OnInternalError", defaults.OnInternalError, InternalErrorAnswer, "tempfail, accept or reject"),
            AddsReceivedSpf = section.Flag("AddReceivedSpf", defaults.AddsReceivedSpf),
            ExtendedResults = section.Value(
                "ExtendedResults", defaults.ExtendedResults, ConfigurationValue.Name<ExtendedResults>, "none, bimi or all"),
            MaxConnections = section.Number("MaxConnections", defaults.MaxConnections, 1, 1_000_000),
            MaxPacketBytes = section.Number("MaxPacketBytes", defaults.MaxPacketBytes, 65_536, 64 * 1024 * 1024),
            IdleTimeout = section.Duration("IdleTimeout", defaults.IdleTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(48)),
            PacketTimeout = section.Duration("PacketTimeout", defaults.PacketTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            ProgressInterval = section.Duration(
                "ProgressInterval", defaults.ProgressInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
            DrainTimeout = section.Duration("DrainTimeout", defaults.DrainTimeout, TimeSpan.Zero, TimeSpan.FromHours(1)),
            Http = section.Reference("Http", text => ConfigurationValue.EndPoint(text, 0) is { Port: > 0 } e ? e : null, "ADDRESS:PORT"),
            LogLevel = section.Value("LogLevel", defaults.LogLevel, ConfigurationValue.Name<LogLevel>, "debug, information, warning, error or none"),
            LogFormat = section.Value("LogFormat", defaults.LogFormat, ConfigurationValue.Name<LogFormat>, "text, json or systemd"),
        };
        if (options.Listen.IsEmpty)
        {
            section.Refuse("Listen", "no address to listen at");
        }

        section.Renamed("TrustedNetworks", "UncheckedClients");
        var errors = section.Errors();
        return errors.IsEmpty ? new MilterOptionsResult(options, []) : new MilterOptionsResult(null, errors);
    }

    private static string AuthservId(ConfigurationSection section)
    {
        if (section.Text("AuthservId") is not { } text)
        {
            section.Refuse("AuthservId", "missing: it is the name by which this host signs its Authentication-Results (RFC 8601 section 2.5)");
            return string.Empty;
        }

        if (Encoding.UTF8.GetByteCount(text) > 255 || text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            section.Refuse("AuthservId", $"'{text}' is not a name without spaces, of at most 255 bytes");
        }

        return text;
    }

    // A message that may pass later is not refused for good, nor held.
    private static MessageAction? UndecidedAction(string text) =>
        ConfigurationValue.Name<MessageAction>(text) is (MessageAction.Annotate or MessageAction.TempFail) and var action ? action : null;

    private static uint? Account(ConfigurationSection section, string key, Func<string, uint?> find, string expected) =>
        section.Text(key) is null ? null : section.Value(key, 0u, find, expected);

    private static AuthenticationMethods Methods(ConfigurationSection section, AuthenticationMethods otherwise)
    {
        var named = section.ListOfValues("Methods", [otherwise], Method, $"one of {string.Join(", ", Choices[..^1])} and {Choices[^1]}");
        return named.Aggregate(AuthenticationMethods.None, static (all, method) => all | method);
    }

    private static string[] Choices =>
        [.. Enum.GetValues<AuthenticationMethods>().Where(IsOne).Select(static method => method.ToString().ToLowerInvariant())];

    private static bool IsOne(AuthenticationMethods method) => method is not (AuthenticationMethods.None or AuthenticationMethods.All);

    private static AuthenticationMethods? Method(string text) =>
        ConfigurationValue.Name<AuthenticationMethods>(text) is { } method && IsOne(method) ? method : null;

    private static MilterDecision? InternalErrorAnswer(string text) => text.ToUpperInvariant() switch
    {
        "TEMPFAIL" => MilterDecision.TemporaryFailure,
        "ACCEPT" => MilterDecision.Accept,
        "REJECT" => MilterDecision.Reject,
        _ => null,
    };
}

/// <summary>The options, or what is wrong with the configuration.</summary>
/// <param name="Options">The options; null when there are errors.</param>
/// <param name="Errors">One line each, beginning with the key.</param>
internal sealed record MilterOptionsResult(MilterOptions? Options, ImmutableArray<string> Errors);
