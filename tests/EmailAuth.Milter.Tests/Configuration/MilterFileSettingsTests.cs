using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Reports;
using EmailAuth.Policy;
using EmailAuth.Settings;
using EmailAuth.Signatures;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Milter.Tests.Configuration;

public sealed class MilterFileSettingsTests
{
    [Fact]
    public void Only_the_authserv_id_has_no_default()
    {
        var options = Good("""{ "AuthservId": "mx.example.org" }""");

        Assert.Equal("mx.example.org", options.Authentication.AuthservId);
        Assert.Equal("inet:8891@127.0.0.1", Assert.Single(options.Listen).ToString());
        Assert.True(options.LeavesUnchecked(IPAddress.Loopback));
        Assert.True(options.LeavesUnchecked(IPAddress.IPv6Loopback));
        Assert.False(options.LeavesUnchecked(IPAddress.Parse("192.0.2.1")));
        Assert.True(options.SkipAuthenticated);
        var policy = options.Authentication.LocalPolicy;
        Assert.Equal((DispositionAction.Accept, DispositionAction.Accept), (policy.OnReject, policy.OnQuarantine));
        Assert.Equal(((DispositionAction?)null, (DispositionAction?)null), (policy.OnUnusableAuthor, policy.OnUndecided));
        Assert.Equal(MilterDecision.TemporaryFailure, options.OnInternalError);
        Assert.Null(options.Http);
        Assert.Equal(((uint?)null, (uint?)null), (options.SocketOwner, options.SocketGroup));
        Assert.Equal(AuthenticationMethods.All & ~AuthenticationMethods.Bimi, options.Authentication.Methods);
        Assert.Contains("AuthservId", Assert.Single(Errors("{}")), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_of_the_milter_is_read()
    {
        var options = Good("""
            {
              // the file may have comments
              "Listen": [ "unix:/run/emailauth/milter.sock", "inet:8891@[::1]", "127.0.0.1:8892" ],
              "SocketMode": "0666",
              "SocketOwner": "root",
              "SocketGroup": "4711",
              "Methods": [ "SPF", "dkim", "dmarc", "bimi" ],
              "AuthservId": "mx.example.org",
              "UncheckedClients": [ "192.0.2.0/24", "2001:db8::1" ],
              "SkipAuthenticated": false,
              "Policy": { "OnReject": "reject", "OnQuarantine": "quarantine", "OnTemporaryError": "TempFail" },
              "OnInternalError": "accept",
              "AddReceivedSpf": true,
              "MaxConnections": 100,
              "MaxPacketBytes": 200000,
              "IdleTimeout": "10m",
              "PacketTimeout": "30s",
              "ProgressInterval": "500ms",
              "DrainTimeout": "0s",
              "Http": "127.0.0.1:9464",
              "LogLevel": "warning",
              "LogFormat": "json",
            }
            """);

        Assert.Equal(
            ["unix:/run/emailauth/milter.sock", "inet:8891@::1", "inet:8892@127.0.0.1"], options.Listen.Select(l => l.ToString()));
        Assert.Equal((UnixFileMode)0x1b6, options.SocketMode);
        Assert.Equal((0u, 4711u), (options.SocketOwner, options.SocketGroup));
        Assert.Equal(AuthenticationMethods.Spf | AuthenticationMethods.Dkim | AuthenticationMethods.Dmarc | AuthenticationMethods.Bimi, options.Authentication.Methods);
        Assert.True(options.LeavesUnchecked(IPAddress.Parse("192.0.2.77")));
        Assert.True(options.LeavesUnchecked(IPAddress.Parse("2001:db8::1")));
        Assert.False(options.LeavesUnchecked(IPAddress.Parse("2001:db8::2")));
        Assert.False(options.LeavesUnchecked(IPAddress.Loopback));
        Assert.False(options.SkipAuthenticated);
        var policy = options.Authentication.LocalPolicy;
        Assert.Equal(
            (DispositionAction.Reject, DispositionAction.Quarantine, DispositionAction.TempFail, MilterDecision.Accept),
            (policy.OnReject, policy.OnQuarantine, policy.OnTemporaryError, options.OnInternalError));
        Assert.True(options.AddsReceivedSpf);
        Assert.Equal((100, 200_000), (options.MaxConnections, options.MaxPacketBytes));
        Assert.Equal(
            (TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(500), TimeSpan.Zero),
            (options.IdleTimeout, options.PacketTimeout, options.ProgressInterval, options.DrainTimeout));
        Assert.Equal("127.0.0.1:9464", options.Http!.ToString());
        Assert.Equal((LogLevel.Warning, LogFormat.Json), (options.LogLevel, options.LogFormat));
    }

    [Fact]
    public void The_file_with_every_setting_of_the_library_gives_the_options_beside_it()
    {
        var options = Good(FlatOptions.EverySetting());

        Assert.Equal(FlatOptions.Expected(), FlatOptions.Of(options.Authentication, options.Dns));
    }

    [Theory]
    [InlineData("\"Failures\": true", "Reports:Failures: it needs Reports:Enabled")]
    [InlineData("\"Enabled\": true, \"Failures\": true", "Reports:RedactionKey: missing: Reports:Failures needs the secret of the hashes")]
    [InlineData("\"Enabled\": true, \"RedactionKey\": \"/nowhere/secret\"", "Reports:RedactionKey: '/nowhere/secret' is not a file with a secret of 16 to 4096 octets")]
    public void Failure_reports_need_a_journal_and_a_secret(string reports, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Errors($$"""{ "AuthservId": "mx.example.org", "Listen": "inet:8899@127.0.0.1", "Reports": { {{reports}} } }""")), StringComparison.Ordinal);

    private static string WriteSecret()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("emailauth-settings-").FullName, "secret");
        File.WriteAllText(path, "0123456789abcdef\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead);
        }

        return path;
    }

    private static string WriteSigningTable()
    {
        var folder = Directory.CreateTempSubdirectory("emailauth-settings-").FullName;
        var (table, key) = (Path.Combine(folder, "signing"), Path.Combine(folder, "key.pem"));
        File.WriteAllText(key, PemSigningKey.Create("ed25519-sha256"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead);
        }

        File.WriteAllText(table, "example.com s1 key.pem");
        return table;
    }

    [Fact]
    public void The_milter_reads_each_setting_of_the_table_and_of_its_own()
    {
        var standard = MilterOptions.For("localhost");
        var made = MadeSettings.Of(MilterFileSettings.All, new MilterFileSettings(), new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ListenAddress.Forms] = "inet:8899@127.0.0.1",
            ["access rights in octal, such as 0660"] = "0640",
            ["a user of this machine"] = "4711",
            ["a group of this machine"] = "4712",
            ["tempfail, accept or reject"] = "accept",
            ["a signing table"] = WriteSigningTable(),
            ["a file with a secret of 16 to 4096 octets"] = WriteSecret(),
            ["ADDRESS:PORT"] = "127.0.0.1:9464",
            ["the absolute path of a folder"] = "/srv/journal",
            ["an address such as dmarc@example.org"] = "reports@every.example",
        });
        var library = (JsonObject)made.DeepClone();
        foreach (var row in MilterFileSettings.Own)
        {
            library.Remove(row.Path.Split(':')[0]);
        }

        var options = Good(made.ToJsonString());

        var expected = EmailAuthSettings.Read(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(library.ToJsonString()))).Build()).Value!;
        Assert.Equal(FlatOptions.Of(expected.ToOptions(), expected.ToResolverOptions()), FlatOptions.Of(options.Authentication, options.Dns));

        // Each of the milter's own keys sets one member of its options, and each section of keys one that has a member for each.
        var members = typeof(MilterOptions).GetProperties().Where(static member => member.CanWrite && member.Name is not ("Authentication" or "Dns")).ToList();
        Assert.Equal(MilterFileSettings.Own.Select(static row => row.Path.Split(':')[0]).Distinct().Count(), members.Count);
        Assert.Equal(
            MilterFileSettings.Own.Count(static row => row.Path.StartsWith("Reports:", StringComparison.Ordinal)),
            typeof(ReportOptions).GetProperties().Count(member => member.CanWrite && !Equals(member.GetValue(standard.Reports), member.GetValue(options.Reports))));
        Assert.All(members, member => Assert.NotEqual(member.GetValue(standard), member.GetValue(options)));
        foreach (var row in MilterFileSettings.Own)
        {
            var (settings, file) = (new MilterFileSettings(), new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(made.ToJsonString()))).Build());
            row.Read(file.GetSection(row.Path), settings, new SettingsErrors(file));
            Assert.Equal((row.Path, MadeSettings.TextOf(made, row)), (row.Path, row.ValueIn(settings)));
        }
    }

    [Fact]
    public void The_milter_refuses_a_wrong_key_beside_any_setting() => Assert.All(
        MadeSettings.WithWrongKeys(MilterFileSettings.All),
        static wrong => Assert.StartsWith(wrong.Path + ": there is no such key", Assert.Single(Errors(wrong.Json)), StringComparison.Ordinal));

    [Fact]
    public void No_setting_of_the_milter_has_the_name_of_one_of_the_library() =>
        Assert.Equal(MilterFileSettings.All.Length, MilterFileSettings.All.Select(row => row.Path).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Theory]
    [InlineData("Listen", "mail")]
    [InlineData("Listen", "127.0.0.1")] // no port
    [InlineData("Listen", "inet:8891")] // no address
    [InlineData("Listen", "inet:70000@127.0.0.1")]
    [InlineData("Listen", "unix:relative/path")]
    [InlineData("Listen", "inet:88@010.0.0.1")] // 8.0.0.1 in the old form
    [InlineData("Listen", "010.0.0.1:88")]
    [InlineData("Listen", "inet:88@8.8.8")]
    [InlineData("Listen", "inet:88@1")]
    [InlineData("Listen", "inet:88@0x7f.0.0.1")]
    [InlineData("Listen", "2130706433:88")]
    [InlineData("Reports:JournalFolder", "journal")] // of which folder?
    [InlineData("Reports:OwnAddresses", "dmarc.example.org")]
    [InlineData("Reports:OwnAddresses", "@example.org")]
    [InlineData("Reports:OwnAddresses", "mailto:d@example.org")]
    [InlineData("Reports:OwnAddresses", "<d@example.org>")]
    [InlineData("Reports:OwnAddresses", "Reports <d@example.org>")]
    [InlineData("Reports:OwnAddresses", "d@example.org.")]
    [InlineData("Reports:OwnAddresses", "d@a@example.org")]
    [InlineData("Reports:OwnAddresses", "d@")]
    [InlineData("Spf:Receiver", "a b")]
    [InlineData("Reports:FlushInterval", "1ms")]
    [InlineData("Reports:MaxJournalBytes", "1000")]
    [InlineData("SocketMode", "0888")]
    [InlineData("SocketMode", "rw-rw----")]
    [InlineData("SocketOwner", "no such user")]
    [InlineData("SocketGroup", "no such group")]
    [InlineData("SocketGroup", "4294967295")] // stands for "as it is" where files are given away
    [InlineData("Methods", "spf,dmark")]
    [InlineData("Methods", "all")]
    [InlineData("Methods", "none")]
    [InlineData("Methods", "4")]
    [InlineData("AuthservId", "two words")]
    [InlineData("Dns:Servers", "dns.example.org")]
    [InlineData("Dns:Timeout", "5")] // of what?
    [InlineData("Dns:Timeout", "1h")]
    [InlineData("IdleTimeout", "-5s")]
    [InlineData("IdleTimeout", "2147483647h")] // longer than a time can be
    [InlineData("UncheckedClients", "192.0.2.0/33")]
    [InlineData("UncheckedClients", "010.0.0.0/8")] // 8.0.0.0 in the old form
    [InlineData("UncheckedClients", "0x7f.0.0.1")]
    [InlineData("UncheckedClients", "192.0.2")] // an address in the old form, 192.0.0.2, and hardly meant
    [InlineData("Policy:TrustedSealers", "not a domain")]
    [InlineData("SkipAuthenticated", "yes")]
    [InlineData("Dkim:TestingKeys", "refuse")]
    [InlineData("Policy:OnReject", "bounce")]
    [InlineData("Policy:OnReject", "2")] // a number is no name
    [InlineData("Policy:OnUnusableAuthor", "bounce")]
    [InlineData("Policy:OnUndecided", "reject")] // it may pass later
    [InlineData("Policy:OnUndecided", "quarantine")]
    [InlineData("OnInternalError", "quarantine")]
    [InlineData("MaxConnections", "0")]
    [InlineData("MaxConnections", "many")]
    [InlineData("MaxPacketBytes", "100")]
    [InlineData("Http", "9464")]
    [InlineData("Http", "010.0.0.1:9464")]
    [InlineData("Http", "127.0.0.1")]
    [InlineData("LogLevel", "loud")]
    [InlineData("LogFormat", "xml")]
    public void A_wrong_value_is_named_with_its_key(string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AuthservId", "a")]).AddInMemoryCollection([new(key, value)]).Build();
        var errors = MilterFileSettings.Read(configuration).Errors;

        var error = Assert.Single(errors);
        Assert.StartsWith(key, error, StringComparison.Ordinal);
        Assert.Contains($"'{(key == "Methods" ? value.Split(',')[^1] : value)}'", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("d@example.org")]
    [InlineData("\"d m\"@example.org")]
    [InlineData("d+x@b\u00fccher.example")]
    public void An_own_address_is_as_recipients_are_written(string address) =>
        Assert.Equal([address], Good(new JsonObject { ["AuthservId"] = "a", ["Reports"] = new JsonObject { ["OwnAddresses"] = address } }.ToJsonString()).Reports.OwnAddresses);

    [Theory]
    [InlineData("inet:8891@127.0.0.1, 127.0.0.1:8891", "127.0.0.1:9464", "Listen: inet:8891@127.0.0.1 is there twice")]
    [InlineData("unix:/run/x.sock, inet:8891@::1, local:/run/x.sock", "127.0.0.1:9464", "Listen: unix:/run/x.sock is there twice")]
    [InlineData("inet:8891@localhost", "127.0.0.1:8891", "Http: 127.0.0.1:8891 is an address of Listen, too")]
    public void An_address_is_listened_at_once(string listen, string http, string error) =>
        Assert.Equal([error], Errors($$"""{ "AuthservId": "a", "Listen": "{{listen}}", "Http": "{{http}}" }"""));

    [Fact]
    public void No_value_that_a_form_takes_is_refused_by_its_option()
    {
        foreach (var row in MilterFileSettings.All)
        {
            Assert.All(MadeSettings.ValuesOfEveryKind(row), value =>
            {
                var errors = MilterFileSettings.Read(new ConfigurationBuilder().AddInMemoryCollection([new("AuthservId", "a")]).AddInMemoryCollection([new(row.Path, value)]).Build()).Errors;
                Assert.DoesNotContain(errors, static error => error.Contains(": the value is refused", StringComparison.Ordinal));
            });
        }
    }

    [Fact]
    public void A_wrong_item_of_a_list_is_named_with_its_place() =>
        Assert.StartsWith(
            "UncheckedClients:1: 'x'", Assert.Single(Errors("""{ "AuthservId": "a", "UncheckedClients": [ "192.0.2.0/24", "x" ] }""")),
            StringComparison.Ordinal);

    [Fact]
    public void All_errors_are_reported_at_once() =>
        Assert.Equal(3, Errors("""{ "LogLevel": "loud", "MaxConnections": -1 }""").Length);

    [Theory]
    [InlineData("AuthServID2", "AuthservId")]
    [InlineData("UncheckedClient", "UncheckedClients")]
    [InlineData("OnReject", "Policy:OnReject")]
    [InlineData("DnsServers", "Dns:Servers")]
    [InlineData("SocketMod", "SocketMode")]
    [InlineData("Colour", null)]
    public void An_unknown_key_is_an_error_that_suggests_a_known_key(string key, string? meant)
    {
        var error = Assert.Single(Errors($$"""{ "AuthservId": "a", "{{key}}": "x" }"""));

        Assert.StartsWith($"{key}: there is no such key", error, StringComparison.Ordinal);
        Assert.Equal(meant is not null, error.EndsWith($"did you mean {meant}?", StringComparison.Ordinal));
    }

    [Fact]
    public void A_list_where_one_value_belongs_is_an_error() =>
        Assert.StartsWith("AuthservId: one value", Errors("""{ "AuthservId": [ "a", "b" ] }""")[0], StringComparison.Ordinal);

    [Fact]
    public void An_empty_list_is_a_list() => Assert.Empty(Good("""{ "AuthservId": "a", "UncheckedClients": [] }""").UncheckedClients);

    [Fact]
    public void A_service_that_listens_nowhere_is_an_error() =>
        Assert.StartsWith("Listen:", Assert.Single(Errors("""{ "AuthservId": "a", "Listen": [] }""")), StringComparison.Ordinal);

    [Fact]
    public void A_list_may_be_one_text_with_commas() =>
        Assert.Equal(2, Good("""{ "AuthservId": "a", "UncheckedClients": "192.0.2.0/24, 198.51.100.0/24" }""").UncheckedClients.Length);

    [Fact]
    public void A_later_source_overrides_an_earlier_one()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """{ "AuthservId": "from.file", "LogLevel": "debug" }""");

            var options = new ConfigurationSource(file, [new("AuthservId", "from.command")]).Read().Options!;

            Assert.Equal("from.command", options.Authentication.AuthservId);
            Assert.Equal(LogLevel.Debug, options.LogLevel);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("{ \"AuthservId\": ")]
    [InlineData("[]")]
    [InlineData("")]
    public void A_file_that_is_not_a_JSON_object_is_an_error_that_names_it(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);

            Assert.Contains(file, Assert.Single(new ConfigurationSource(file, []).Read().Errors), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_missing_file_is_an_error() =>
        Assert.Contains("/no/such/file.json", Assert.Single(new ConfigurationSource("/no/such/file.json", []).Read().Errors), StringComparison.Ordinal);

    private static MilterOptions Good(string json)
    {
        var result = Read(json);
        Assert.Empty(result.Errors);
        return result.Options!;
    }

    private static string[] Errors(string json)
    {
        var result = Read(json);
        Assert.Null(result.Options);
        return [.. result.Errors];
    }

    private static MilterOptionsResult Read(string json) =>
        MilterFileSettings.Read(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build());
}
