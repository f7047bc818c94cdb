using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using EmailAuth.Messages;
using EmailAuth.Results;

namespace EmailAuth.Settings;

/// <summary>The settings that are in no section, and those of <c>Limits</c>.</summary>
internal static class GeneralSettings
{
    // Each method has one bit; the members None and All do not.
    private static readonly ImmutableArray<AuthenticationMethods> Methods =
        [.. Enum.GetValues<AuthenticationMethods>().Where(static method => BitOperations.IsPow2((int)method))];

    private static readonly SettingForm<string> AuthservId = new(
        AuthservIdForm.Expected,
        static (string text, [MaybeNullWhen(false)] out string name) => AuthservIdForm.IsValid(name = text),
        static name => name);

    private static readonly SettingForm<TimeSpan> LookupTime = SettingForm.Time(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));

    private static readonly SettingForm<Relay> RelayForm = new(
        "a network such as 192.0.2.0/24 or a host name such as mx2.example.org",
        static (string text, [MaybeNullWhen(false)] out Relay relay) => (relay = Relay.Parse(text)) is not null,
        static relay => relay.ToString());

    public static ImmutableArray<Setting> Rows { get; } =
    [
        new Setting<EmailAuthSettings, string>(
            "AuthservId",
            AuthservId,
            static s => s.Options.AuthservId,
            static (s, v) => s.Options = s.Options with { AuthservId = v },
            "the name under which this host gives its results (RFC 8601 section 2.5), unique to the organization, such as `mx.example.org`")
        {
            IsRequired = true,
        },
        SettingRow.Of(
            "Methods",
            SettingForm.List(SettingForm.OneOf(Methods.AsSpan())),
            static o => [.. Methods.Where(o.Runs)],
            static (o, v) => o with { Methods = v.Aggregate(AuthenticationMethods.None, static (all, method) => all | method) },
            "what is checked. DMARC sees only what `spf` and `dkim` find, and needs one of them; `bimi` needs `dmarc`"),
        SettingRow.Of(
            "ExtendedResults",
            SettingForm.OneOf(ExtendedResults.None, ExtendedResults.Bimi, ExtendedResults.All),
            static o => o.ExtendedResults,
            static (o, v) => o with { ExtendedResults = v },
            "what a second `Authentication-Results` field holds, as some readers would drop the first one for it: `none`; `bimi`, a result of BIMI that "
            + "says something; `all`, every result of BIMI, SPF's for HELO, and DMARC's again with the published policy and the dispositions"),
        SettingRow.Of(
            "Relays",
            SettingForm.List(RelayForm),
            static o => o.Relays,
            static (o, v) => o with { Relays = v },
            "the site's own relays (gateway, backup MX, a provider that receives the site's mail): networks, and host names, which cover the hosts below them. Mail "
            + "that they bring is judged by the client that they recorded in the topmost `Received` field. Without this no such field is read. Name only "
            + "addresses that bring nothing else (SECURITY.md). A name costs a lookup for each client, and counts only if it leads back to the address"),
        SettingRow.Of(
            "RemoveReceivedSpf",
            SettingForm.Flag,
            static o => o.RemoveReceivedSpf,
            static (o, v) => o with { RemoveReceivedSpf = v },
            "report the `Received-SPF` fields that arrive for removal, for a receiver that adds its own (RFC 7208 section 9.1)"),
        SettingRow.Of(
            "RemoveFields",
            SettingForm.List(MethodSettings.FieldName),
            static o => o.RemoveFields,
            static (o, v) => o with { RemoveFields = v },
            "further header fields that only this receiver may write: those that arrive are reported for removal"),
        SettingRow.Of(
            "KeepHeader",
            SettingForm.Flag,
            static o => o.KeepHeader,
            static (o, v) => o with { KeepHeader = v },
            "give observers a copy of each message's header fields, as failure reports need"),
        SettingRow.Of(
            "RecordsTelemetry",
            SettingForm.Flag,
            static o => o.RecordsTelemetry,
            static (o, v) => o with { RecordsTelemetry = v },
            "count and trace messages (the meter and the activity source `EmailAuth`)"),
        Header(
            "MaxHeaderBytes", 1024, static l => l.MaxHeaderBytes, static (l, v) => l with { MaxHeaderBytes = v },
            "the most bytes of a header block; past it the checks end in permerror, and a message is refused unless `Policy:MaximumAction` is weaker"),
        Header(
            "MaxHeaderFields", 16, static l => l.MaxHeaderFields, static (l, v) => l with { MaxHeaderFields = v },
            "the most fields of a header block, likewise"),
        Header(
            "MaxRecipients", 0, static l => l.MaxRecipients, static (l, v) => l with { MaxRecipients = v },
            "the most recipients of a message that observers are given; further ones are counted"),
        Lookup(
            "LookupTimeout", static o => o.LookupTimeout, static (o, v) => o with { LookupTimeout = v },
            "the longest that one DNS lookup may take; past it the lookup has failed"),
        Lookup(
            "CheckTimeout", static o => o.CheckTimeout, static (o, v) => o with { CheckTimeout = v },
            "the longest that one check may wait for its lookups. SPF has `Spf:TimeLimit`"),
        SettingRow.Of(
            "Iprev:MaxNames",
            SettingForm.Number(1, 1000),
            static o => o.Iprev.MaxNames,
            static (o, v) => o with { Iprev = o.Iprev with { MaxNames = v } },
            "how many of the names that the client's address points to are looked up; the rest is left out (RFC 8601 section 3)"),
    ];

    private static Setting Header(string name, int least, Func<MessageLimits, int> get, Func<MessageLimits, int, MessageLimits> with, string text) =>
        SettingRow.Of(
            "Limits:" + name, SettingForm.Number(least, int.MaxValue), o => get(o.MessageLimits), (o, v) => o with { MessageLimits = with(o.MessageLimits, v) }, text);

    private static Setting Lookup(
        string name, Func<AuthenticationOptions, TimeSpan> get, Func<AuthenticationOptions, TimeSpan, AuthenticationOptions> with, string text) =>
        SettingRow.Of("Limits:" + name, LookupTime, get, with, text);
}
