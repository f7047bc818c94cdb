using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Milter.Authentication;
using EmailAuth.Milter.Logging;
using EmailAuth.Milter.Signing;
using EmailAuth.Milter.Tests.TestSupport;
using EmailAuth.Policy;
using EmailAuth.Settings;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Milter.Tests.Logging;

/// <summary>Messages that the library judged with the milter's options, and their log entries.</summary>
internal static class LoggedMessages
{
    public const string Stranger = "203.0.113.66";

    private static readonly Zone World = Names();

    public static (string Name, string Value) Signature(string selector = "sel", string domain = "strict.example") =>
        ("DKIM-Signature", $" v=1; a=rsa-sha256; d={domain}; s={selector}; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA");

    public static MilterOptions Acting(MilterOptions options) => options.Acting(policy => policy with
    {
        OnReject = DispositionAction.Reject,
        OnQuarantine = DispositionAction.Quarantine,
        OnTemporaryError = DispositionAction.TempFail,
    });

    /// <summary>Signs mail of strict.example with two keys.</summary>
    public static MilterOptions Signing(MilterOptions options)
    {
        ImmutableArray<SigningTableRow> rows = [.. new[] { "s1", "s2" }.Select(static (selector, index) => new SigningTableRow(
            index + 1,
            new DkimSigningIdentity { Domain = DomainName.Parse("strict.example").Value!, Selector = selector, Key = PemSigningKey.Load(PemSigningKey.Create("ed25519-sha256")) },
            DateTimeOffset.MinValue,
            DateTimeOffset.MaxValue))];
        var table = new SigningTable(new Dictionary<string, SigningTableRows>(StringComparer.Ordinal) { ["strict.example"] = new SigningTableRows(rows) });
        return options with { SigningTable = new SettingFile<SigningTable>("table", table) };
    }

    public static async Task<MessageLogEntry> JudgeAsync(
        string domain, string client = Stranger, Func<MilterOptions, MilterOptions>? change = null, string helo = "mail.evil.example", string? from = null,
        string? notJudged = null, string queueId = "4ZKx1Q2Lz0z9", params (string Name, string Value)[] fields)
    {
        var options = MilterOptions.For("mx.example.org");
        options = change?.Invoke(options) ?? options;
        var authenticator = AuthenticatorFactory.Create(options, new ZoneResolver(World), new FakeTimeProvider());
        var (address, path) = (IPAddress.Parse(client), from ?? $"alice@{domain}");
        await using var authentication = authenticator.Begin(address, null);
        authentication.SetHelo(helo);
        if (notJudged is null)
        {
            authentication.SetMailFrom(path, isAuthenticated: false);
        }
        else
        {
            authentication.SetSubmission();
        }

        if (options.SigningTable is not null)
        {
            authentication.Sign();
        }

        foreach (var (name, value) in fields)
        {
            authentication.AddHeaderField(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
        }

        authentication.AddHeaderField("From"u8, Encoding.UTF8.GetBytes($" alice@{domain}"));
        authentication.AddHeaderField("Subject"u8, " a word nobody logs"u8);
        authentication.EndOfHeaders();
        authentication.AppendBody("a body nobody logs\r\n"u8);
        return new MessageLogEntry
        {
            QueueId = queueId,
            Client = address,
            Helo = helo,
            ReversePath = path,
            NotJudged = notJudged,
            Verdict = await authentication.CompleteAsync(TestContext.Current.CancellationToken),
            BodyBytes = 20,
            Wait = TimeSpan.FromMilliseconds(0.412),
        };
    }

    private static Zone Names()
    {
        using var key = RSA.Create(2048);
        var record = "v=DKIM1; p=" + Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
        return new Zone()
            .Add("strict.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.0/24 -all")
            .Add("_dmarc.strict.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
            .Add("sel._domainkey.strict.example", ZoneEntryKind.Txt, record)
            .Add("mail.evil.example", ZoneEntryKind.Txt, "v=spf1 ip4:203.0.113.0/24 -all")
            .Add("quiet.example", ZoneEntryKind.Txt, "v=spf1 -all")
            .Add("_dmarc.quiet.example", ZoneEntryKind.Txt, "v=DMARC1; p=quarantine")
            .Add("sub.slow.example", ZoneEntryKind.Timeout)
            .Add("_dmarc.sub.slow.example", ZoneEntryKind.Timeout)
            .Add("_dmarc.slow.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject");
    }
}
