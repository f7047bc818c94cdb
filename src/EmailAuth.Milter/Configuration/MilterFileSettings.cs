using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Service;
using EmailAuth.Milter.Signing;
using EmailAuth.Reports.Feedback;
using EmailAuth.Settings;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Milter.Configuration;

/// <summary>The settings of the milter's file: every setting of the library, and one row for each setting of the milter itself.</summary>
internal sealed class MilterFileSettings() : EmailAuthSettings(Default.Authentication, Default.Dns)
{
    private const UnixFileMode AllModes = (UnixFileMode)0x1ff;

    private const int MaxSecretBytes = 4096;

    private static readonly SettingForm<ListenAddress> Address = new(ListenAddress.Forms, TryParseAddress, static address => address.ToString());

    private static readonly SettingForm<UnixFileMode?> Mode = new(
        "access rights in octal, such as 0660", TryParseMode, static mode => mode is { } given ? "0" + Convert.ToString((int)given, 8) : null);

    private static readonly SettingForm<MilterDecision> InternalErrorAnswer = new("tempfail, accept or reject", TryParseAnswer, static answer => answer.Keyword());

    private static readonly SettingFileForm<SigningTable> SigningFile = new("a signing table", SigningTable.Load);

    private static readonly SettingFileForm<RedactionKey> RedactionKeyFile = new("a file with a secret of 16 to 4096 octets", LoadRedactionKey);

    private static readonly SettingForm<string> Folder = new("the absolute path of a folder", TryParseFolder, static path => path);

    private static readonly SettingForm<string> Mailbox = new("an address such as dmarc@example.org", TryParseMailbox, static address => address);

    /// <summary>The milter's own settings.</summary>
    public static ImmutableArray<Setting> Own { get; } =
    [
        Row(
            "Listen", SettingForm.List(Address), static m => m.Listen, static (m, v) => m with { Listen = v },
            "where MTAs connect: `unix:/path`, `inet:PORT@ADDRESS` or `ADDRESS:PORT`; several are allowed"),
        Row("SocketMode", Mode, static m => m.SocketMode, static (m, v) => m with { SocketMode = v }, "the access rights of Unix sockets"),
        Row(
            "SocketOwner", Account("a user of this machine", SystemAccounts.User), static m => m.SocketOwner, static (m, v) => m with { SocketOwner = v },
            "the owner of Unix sockets, a user name or number; by default the user of the process. Only root may set another owner"),
        Row(
            "SocketGroup", Account("a group of this machine", SystemAccounts.Group), static m => m.SocketGroup, static (m, v) => m with { SocketGroup = v },
            "the group of Unix sockets, a name or number; by default the group of the process. Only root may set a group that the service is not a "
            + "member of (with the packaged unit, add the account of the mail server to the group `emailauth` in its place)"),
        Row(
            "UncheckedClients", SettingForm.List(SettingForm.Network), static m => m.UncheckedClients, static (m, v) => m with { UncheckedClients = v },
            "mail of these clients is not judged, but forged fields are removed from it; each connection is logged and counted"),
        Row(
            "SkipAuthenticated", SettingForm.Flag, static m => m.SkipAuthenticated, static (m, v) => m with { SkipAuthenticated = v },
            "mail of clients that authenticated (macro `{auth_authen}`) is not judged, but forged fields are removed from it"),
        Row(
            "SigningTable", SigningFile, static m => m.SigningTable, static (m, v) => m with { SigningTable = v },
            "the file that says which key signs for which author domain (see [Signing](EmailAuth.Milter/README.md#signing)); by default mail is not signed"),
        Row(
            "SignedClients", SettingForm.List(SettingForm.Network), static m => m.SignedClients, static (m, v) => m with { SignedClients = v },
            "mail of these clients is signed if its author domain is in `SigningTable`, and so is mail from sockets of this machine. It is also judged like mail from "
            + "outside, and your own policy may refuse it, unless the network is in `UncheckedClients` or `Policy:OwnNetworks`, too"),
        Row(
            "SignAuthenticated", SettingForm.Flag, static m => m.SignAuthenticated, static (m, v) => m with { SignAuthenticated = v },
            "mail of clients that authenticated (macro `{auth_authen}`) is signed if its author domain is in `SigningTable`"),
        Row(
            "OnInternalError", InternalErrorAnswer, static m => m.OnInternalError, static (m, v) => m with { OnInternalError = v },
            "the answer to a message when an internal error of the milter prevents a verdict"),
        Row(
            "AddReceivedSpf", SettingForm.Flag, static m => m.AddsReceivedSpf, static (m, v) => m with { AddsReceivedSpf = v },
            "also add a `Received-SPF` field (RFC 7208 section 9.1), and remove such fields from arriving mail that is judged"),
        Row(
            "QuarantineBy", SettingForm.OneOf(QuarantineBy.Hold, QuarantineBy.Header), static m => m.QuarantineBy, static (m, v) => m with { QuarantineBy = v },
            "how a message is put aside: `hold`, the MTA's hold queue; `header`, a field `X-EmailAuth-Quarantine: reason=WORD` (a word of REASONS.md) for a filter such as "
            + "sieve. With `header` such fields are removed from all mail that arrives"),
        Row(
            "MaxConnections", SettingForm.Number(1, 1_000_000), static m => m.MaxConnections, static (m, v) => m with { MaxConnections = v },
            "the largest number of connections at a time; further ones are closed at once. If the process may not open enough file descriptors for them "
            + "(`LimitNOFILE`), the log warns and says how many connections are served; further ones wait"),
        Row(
            "MaxPacketBytes", SettingForm.Number(65_536, 64 * 1024 * 1024), static m => m.MaxPacketBytes, static (m, v) => m with { MaxPacketBytes = v },
            "the longest packet, in bytes; a longer one ends its connection"),
        Row(
            "IdleTimeout", SettingForm.Time(TimeSpan.FromSeconds(1), TimeSpan.FromHours(48)), static m => m.IdleTimeout, static (m, v) => m with { IdleTimeout = v },
            "how long an MTA may be silent"),
        Row(
            "PacketTimeout", SettingForm.Time(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), static m => m.PacketTimeout, static (m, v) => m with { PacketTimeout = v },
            "how long the rest of a packet may take, and how long an MTA may take to read a reply"),
        Row(
            "ProgressInterval",
            SettingForm.Time(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
            static m => m.ProgressInterval,
            static (m, v) => m with { ProgressInterval = v },
            "how often an MTA that waits for a verdict is told to keep waiting"),
        Row(
            "DrainTimeout", SettingForm.Time(TimeSpan.Zero, TimeSpan.FromHours(1)), static m => m.DrainTimeout, static (m, v) => m with { DrainTimeout = v },
            "how long messages in progress may take when the service stops"),
        .. ReportRows,
        Row(
            "Http", SettingForm.Server(0), static m => m.Http!, static (m, v) => m with { Http = v },
            "`ADDRESS:PORT` for `/health` and `/metrics`. Use an address of this host: anyone who can reach it can read both. By default neither is served"),
        Row(
            "LogLevel",
            SettingForm.OneOf(LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error, LogLevel.None),
            static m => m.LogLevel,
            static (m, v) => m with { LogLevel = v },
            "the lowest level that is logged; a reload changes it"),
        Row(
            "LogFormat",
            SettingForm.OneOf(LogFormat.Text, LogFormat.Json, LogFormat.Systemd),
            static m => m.LogFormat,
            static (m, v) => m with { LogFormat = v },
            "how log lines are written"),
    ];

    private static IEnumerable<Setting> ReportRows =>
    [
        Row(
            "Reports:Enabled", SettingForm.Flag, static m => m.Reports.IsEnabled, static (m, v) => m with { Reports = m.Reports with { IsEnabled = v } },
            "count received mail for DMARC aggregate reports, in a journal on this host. [PRIVACY](PRIVACY.md) says what is kept"),
        Row(
            "Reports:JournalFolder", Folder, static m => m.Reports.JournalFolder, static (m, v) => m with { Reports = m.Reports with { JournalFolder = v } },
            "the folder of the journal. Each milter needs its own; other users must not be able to write in it"),
        Row(
            "Reports:FlushInterval", SettingForm.Time(TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)), static m => m.Reports.FlushInterval,
            static (m, v) => m with { Reports = m.Reports with { FlushInterval = v } },
            "how often the journal is written to the disk: the mail of this time is not counted after a crash"),
        Row(
            "Reports:MaxJournalBytes", SettingForm.Number(65_536L, 1L << 40), static m => m.Reports.MaxJournalBytes,
            static (m, v) => m with { Reports = m.Reports with { MaxJournalBytes = v } },
            "the largest size of the journal, in bytes. When it is reached, mail goes on, and further messages are not counted until some were imported"),
        Row(
            "Reports:OwnAddresses", SettingForm.List(Mailbox), static m => m.Reports.OwnAddresses,
            static (m, v) => m with { Reports = m.Reports with { OwnAddresses = v } },
            "the addresses at which this site gets reports of others. Mail to them alone is not counted"),
        Row(
            "Reports:Failures", SettingForm.Flag, static m => m.Reports.MakesFailureReports,
            static (m, v) => m with { Reports = m.Reports with { MakesFailureReports = v } },
            "also make failure reports (`ruf`, RFC 9991) of mail that fails. Read [PRIVACY](PRIVACY.md#failure-reports) first: some national rules forbid them. It needs "
            + "`Reports:Enabled` and `Reports:RedactionKey`"),
        Row(
            "Reports:FailureContent", SettingForm.OneOf(OriginalContent.Redacted, OriginalContent.Subject, OriginalContent.Header),
            static m => m.Reports.FailureContent, static (m, v) => m with { Reports = m.Reports with { FailureContent = v } },
            "what failure reports have of a message: `redacted`, known header fields with hashes in place of people; `subject`, the same and Subject; `header`, the whole header with all "
            + "addresses. The body is never in them"),
        Row(
            "Reports:RedactionKey", RedactionKeyFile, static m => m.Reports.RedactionKey,
            static (m, v) => m with { Reports = m.Reports with { RedactionKey = v } },
            "the file with the secret of the hashes in failure reports; the same on all hosts, so that their reports can be compared"),
    ];

    /// <summary>All settings of the file.</summary>
    public static ImmutableArray<Setting> All { get; } = [.. Table, .. Own];

    private static MilterOptions Default { get; } = MilterOptions.For("localhost");

    private MilterOptions Milter { get; set; } = Default;

    /// <summary>Reads the options, or reports everything that is wrong with the configuration.</summary>
    public static new MilterOptionsResult Read(IConfiguration configuration)
    {
        var result = Read(configuration, new MilterFileSettings(), All);
        if (result.Value is not { } settings)
        {
            return new MilterOptionsResult(null, [.. result.Errors.Select(static error => error.ToString())]);
        }

        return FindConflict(settings.Milter) is { } conflict
            ? new MilterOptionsResult(null, [conflict])
            : new MilterOptionsResult(settings.Milter with { Authentication = settings.ToOptions(), Dns = settings.ToResolverOptions() }, []);
    }

    private static string? FindConflict(MilterOptions milter)
    {
        if (milter.Listen.IsEmpty)
        {
            return "Listen: there is no address to listen at";
        }

        var seen = new HashSet<ListenAddress>();
        if (milter.Listen.FirstOrDefault(address => !seen.Add(address)) is { } twice)
        {
            return $"Listen: {twice} is there twice";
        }

        if (milter.Http is { } http && seen.Contains(new ListenAddress(http, null)))
        {
            return $"Http: {http} is an address of Listen, too";
        }

        var reports = milter.Reports;
        return !reports.MakesFailureReports ? null
            : !reports.IsEnabled ? "Reports:Failures: it needs Reports:Enabled"
            : reports.RedactionKey is null ? "Reports:RedactionKey: missing: Reports:Failures needs the secret of the hashes"
            : null;
    }

    private static Setting<MilterFileSettings, T> Row<T>(
        string name, SettingForm<T> form, Func<MilterOptions, T> get, Func<MilterOptions, T, MilterOptions> with, string text) =>
        new(name, form, s => get(s.Milter), (s, v) => s.Milter = with(s.Milter, v), text);

    private static SettingForm<uint?> Account(string expected, Func<string, uint?> find) =>
        new(expected, (text, out account) => (account = find(text)) is not null, static account => account?.ToString(CultureInfo.InvariantCulture));

    private static bool TryParseAddress(string text, [MaybeNullWhen(false)] out ListenAddress address) => (address = ListenAddress.Parse(text)) is not null;

    // Absolute: the service does not run in a folder that an operator knows.
    private static bool TryParseFolder(string text, [MaybeNullWhen(false)] out string path) =>
        Path.IsPathFullyQualified(path = text) && !text.Contains('\0', StringComparison.Ordinal);

    // As recipients are written (RFC 5321 section 4.1.2), without brackets: one with "mailto:" would never equal a recipient.
    private static bool TryParseMailbox(string text, [MaybeNullWhen(false)] out string address)
    {
        address = text;
        return ReversePath.Parse(text).Value is { Domain: not null } path && path.Address == text
            && text[0] != '@' && text[^1] != '.' && (text[0] == '"' || !text.Contains(' ', StringComparison.Ordinal));
    }

    private static RedactionKey LoadRedactionKey(string path)
    {
        var secret = SecretFile.Read(path, MaxSecretBytes, out var isOpen);
        return isOpen
            ? throw new InvalidDataException("others can read or change it: chmod 640")
            : RedactionKey.Of(Encoding.UTF8.GetBytes(secret.TrimEnd('\r', '\n')));
    }

    private static bool TryParseMode(string text, out UnixFileMode? mode)
    {
        var bits = 0;
        foreach (var digit in text)
        {
            bits = digit is >= '0' and <= '7' && bits <= (int)AllModes >> 3 ? (bits << 3) | (digit - '0') : int.MaxValue;
        }

        mode = (UnixFileMode)bits;
        return bits != int.MaxValue;
    }

    private static bool TryParseAnswer(string text, out MilterDecision answer)
    {
        foreach (var decision in (ReadOnlySpan<MilterDecision>)[MilterDecision.TemporaryFailure, MilterDecision.Accept, MilterDecision.Reject])
        {
            if ((answer = decision).Keyword().Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        answer = default;
        return false;
    }
}

/// <summary>The options, or what is wrong with the configuration.</summary>
/// <param name="Options">The options; null when there are errors.</param>
/// <param name="Errors">One line each, beginning with the key.</param>
internal sealed record MilterOptionsResult(MilterOptions? Options, ImmutableArray<string> Errors);
