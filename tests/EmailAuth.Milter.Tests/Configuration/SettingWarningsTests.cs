using EmailAuth.Milter.Configuration;
using EmailAuth.Signatures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Milter.Tests.Configuration;

/// <summary>What is valid and hardly meant is said at --check, at the start and after a reload.</summary>
public sealed class SettingWarningsTests : IDisposable
{
    private const string Judged = ", and is also judged like mail from outside: your own policy may refuse it";

    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-warnings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_defaults_have_none() => Assert.Empty(Warnings());

    [Theory]
    [InlineData("10.0.0.0/8", "127.0.0.0/8, ::1", "", "SignedClients: mail of 10.0.0.0/8 is signed")]
    [InlineData("127.0.0.0/8, 10.0.0.0/8", "127.0.0.0/8", "192.0.2.0/24", "SignedClients: mail of 10.0.0.0/8 is signed")]
    [InlineData("10.0.0.0/8", "10.0.0.0/9, 10.128.0.0/10", "10.200.0.0/13", "SignedClients: mail of 10.0.0.0/8 is signed")]
    [InlineData("2001:db8::/32", "10.0.0.0/8, 2001:db8:1::/48", "", "SignedClients: mail of 2001:db8::/32 is signed")]
    [InlineData("127.0.0.1", "", "", "SignedClients: mail of 127.0.0.1/32 is signed")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", "", null)]
    [InlineData("10.0.0.0/8", "", "10.0.0.0/7", null)]
    [InlineData("10.1.0.0/16, 10.2.3.4", "10.0.0.0/8", "", null)]
    [InlineData("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", null)]
    [InlineData("10.0.0.0/30", "10.0.0.0, 10.0.0.1, 10.0.0.2", "10.0.0.3", null)]
    [InlineData("2001:db8::/32", "2001:db8:8000::/33", "2001:db8::/33", null)]
    [InlineData("", "", "", null)]
    public void A_network_that_is_signed_for_and_judged(string signed, string uncheckedClients, string own, string? expected)
    {
        var warnings = Warnings(("SigningTable", WriteTable()), ("SignedClients", signed), ("UncheckedClients", uncheckedClients), ("Policy:OwnNetworks", own));

        Assert.Equal(expected is null ? 0 : 1, warnings.Length);
        Assert.All(warnings, warning => Assert.StartsWith(expected + Judged, warning, StringComparison.Ordinal));
        Assert.Empty(Warnings(("Methods", "spf"), ("SigningTable", WriteTable()), ("SignedClients", signed), ("UncheckedClients", uncheckedClients), ("Policy:OwnNetworks", own)));
        Assert.Empty(Warnings(("SignedClients", signed), ("UncheckedClients", uncheckedClients), ("Policy:OwnNetworks", own)));
    }

    // A relay's mail is never signed, and a relay in UncheckedClients is judged.
    [Fact]
    public void A_network_of_relays_is_not_signed_for() =>
        Assert.Empty(Warnings(("SigningTable", WriteTable()), ("SignedClients", "198.51.100.0/24"), ("Relays", "198.51.100.0/24")));

    [Theory]
    [InlineData("false", "false", true)]
    [InlineData("false", "true", false)]
    [InlineData("true", "false", false)]
    public void Mail_of_clients_that_authenticated_that_is_signed_and_judged(string skip, string accept, bool isSaid)
    {
        var warnings = Warnings(("SigningTable", WriteTable()), ("SkipAuthenticated", skip), ("Policy:AcceptAuthenticatedSubmissions", accept));

        Assert.Equal(isSaid ? 1 : 0, warnings.Length);
        Assert.All(warnings, static warning => Assert.StartsWith("SignAuthenticated: mail of clients that authenticated is signed" + Judged, warning, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UncheckedClients", "0.0.0.0/0", "UncheckedClients: it has every IPv4 address: no mail is judged")]
    [InlineData("UncheckedClients", "10.0.0.0/8, ::/0", "UncheckedClients: it has every IPv6 address: no mail is judged")]
    [InlineData("UncheckedClients", "0.0.0.0/1, 128.0.0.0/1", "UncheckedClients: it has every IPv4 address: no mail is judged")]
    [InlineData("UncheckedClients", "::ffff:0:0/96", "UncheckedClients: it has every IPv4 address: no mail is judged")]
    [InlineData("UncheckedClients", "0.0.0.0/1, 128.0.0.0/2", null)]
    [InlineData("Policy:OwnNetworks", "::/0", "Policy:OwnNetworks: it has every IPv6 address: mail is accepted whatever the checks say")]
    [InlineData("Policy:Forwarders", "0.0.0.0/0", "Policy:Forwarders: it has every IPv4 address: mail is accepted although DMARC fails")]
    [InlineData("Relays", "0.0.0.0/0", "Relays: it has every IPv4 address: a sender can write into a Received field which client it is")]
    [InlineData("Relays", "127.0.0.1", "Relays: 127.0.0.1/32 is also this host, whose own mail is then neither left unchecked nor signed: take it out")]
    [InlineData("Relays", "192.0.2.1, 126.0.0.0/7", "Relays: 126.0.0.0/7 is also this host, whose own mail is then neither left unchecked nor signed: take it out")]
    [InlineData("Relays", "::1", "Relays: ::1/128 is also this host, whose own mail is then neither left unchecked nor signed: take it out")]
    [InlineData("Relays", "mx2.example.org, 128.0.0.0/8", null)]
    public void A_list_of_trusted_clients_that_trusts_everybody_or_this_host(string key, string value, string? expected) =>
        Assert.Equal(expected ?? "", string.Join('|', Warnings((key, value))));

    [Fact]
    public void A_table_of_keys_and_every_address_in_SignedClients() => Assert.Contains(
        "SignedClients: it has every IPv4 address: anyone's mail with your domain in From is signed", Warnings(("SigningTable", WriteTable()), ("SignedClients", "0.0.0.0/0")));

    [Theory]
    [InlineData("spf", "Policy:OnReject", "reject", "Policy:OnReject: reject is never done, because Methods has no dmarc")]
    [InlineData("spf,dkim", "Policy:OnQuarantine", "quarantine", "Policy:OnQuarantine: quarantine is never done, because Methods has no dmarc")]
    [InlineData("spf", "Policy:OnUnusableAuthor", "tempfail", "Policy:OnUnusableAuthor: tempfail is never done, because Methods has no dmarc")]
    [InlineData("spf", "Policy:OnUndecided", "tempfail", "Policy:OnUndecided: tempfail is never done, because Methods has no dmarc")]
    [InlineData("spf", "Policy:OnTemporaryError", "tempfail", "Policy:OnTemporaryError: tempfail is never done, because Methods has no dmarc")]
    [InlineData("spf", "Policy:OnReject", "accept", null)]
    [InlineData("spf,dmarc", "Policy:OnReject", "reject", null)]
    [InlineData("spf", "Reports:Enabled", "true", "Reports:Enabled: no mail is counted, because Methods has no dmarc")]
    [InlineData("spf,dmarc", "Policy:TrustedSealers", "list.example", "Policy:TrustedSealers: no sealer is believed, because Methods has no arc")]
    [InlineData("spf,dmarc,arc", "Policy:TrustedSealers", "list.example", null)]
    [InlineData("dkim", "AddReceivedSpf", "true", "AddReceivedSpf: no field is added, because Methods has no spf")]
    [InlineData("spf", "AddReceivedSpf", "true", null)]
    public void A_setting_that_does_nothing_without_a_method(string methods, string key, string value, string? expected) =>
        Assert.Equal(expected ?? "", string.Join('|', Warnings(("Methods", methods), (key, value))));

    [Fact]
    public void Exceptions_that_free_mail_of_every_client()
    {
        var path = Path.Combine(_folder, "exceptions");
        File.WriteAllText(path, "a.example accept # w\nb.example@192.0.2.0/24 accept # w\nc.example reject # w\nd.example skip spf until 1999-12-31 # w\n");

        Assert.Equal(
            [$"Policy:ExceptionsFile: {path}: line 1: anyone can write a.example into From: name the network of its clients as well, such as a.example@192.0.2.0/24"],
            Warnings(("Policy:ExceptionsFile", path)));
    }

    // The clock is at the beginning of 2000.
    private static string[] Warnings(params (string Key, string Value)[] settings)
    {
        var values = settings.Append((Key: "AuthservId", Value: "mx.example.org")).Select(static setting => new KeyValuePair<string, string?>(setting.Key, setting.Value));
        var read = MilterFileSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        Assert.Empty(read.Errors);
        return [.. read.Options!.WarningsAt(new FakeTimeProvider())];
    }

    private string WriteTable()
    {
        var (table, key) = (Path.Combine(_folder, "signing"), Path.Combine(_folder, "key.pem"));
        if (!File.Exists(key))
        {
            File.WriteAllText(key, PemSigningKey.Create("ed25519-sha256"));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }

        File.WriteAllText(table, "example.com s1 key.pem");
        return table;
    }
}
