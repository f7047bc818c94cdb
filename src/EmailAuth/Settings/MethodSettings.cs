using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Settings;

/// <summary>The settings of SPF, DKIM, ARC and DMARC.</summary>
internal static class MethodSettings
{
    // RFC 5322 section 2.2: printable ASCII without the colon. Names of fields have no case.
    internal static readonly SettingForm<string> FieldName = new("the name of a header field", TryParseFieldName, static name => name);

    private static readonly SettingForm<string?> Receiver = new("a host name", TryParseHost, static name => name);

    private static readonly SettingFileForm<PublicSuffixList> SuffixFile = new("a public suffix list", static path =>
    {
        using var reader = File.OpenText(path);
        return PublicSuffixList.Load(reader);
    });

    public static ImmutableArray<Setting> Rows { get; } =
    [
        .. SpfRows(),
        Dkim(
            "MaxSignatures", SettingForm.Number(1, 1000), static d => d.MaxSignatures, static (d, v) => d with { MaxSignatures = v },
            "how many signatures of a message are checked; the rest is reported as not checked"),
        .. SignatureRows("Dkim", static o => o.Dkim, static (o, v) => o with { Dkim = (DkimOptions)v }),
        Dkim(
            "AllowRsaSha1", SettingForm.Flag, static d => d.AllowRsaSha1, static (d, v) => d with { AllowRsaSha1 = v },
            "accept `rsa-sha1` (RFC 8301 section 3.1); only with `Dkim:IsForArchives`"),
        Dkim(
            "MaxCachedKeys", SettingForm.Number(2, 1_000_000), static d => d.MaxCachedKeys, static (d, v) => d with { MaxCachedKeys = v },
            "how many keys are kept ready for use, those of ARC among them: about 5 KB for each, and never more than an eighth of the memory that the process may use"),
        Dkim(
            "FastKeyImport", SettingForm.Flag, static d => d.FastKeyImport, static (d, v) => d with { FastKeyImport = v },
            "make RSA keys, those of ARC among them, by a function of OpenSSL 3 instead of through .NET, where that OpenSSL is installed. The verdict does not depend on it"),
        Dkim(
            "ExpiredResult",
            SettingForm.OneOf(SignatureResultCode.PermError, SignatureResultCode.Fail, SignatureResultCode.Policy, SignatureResultCode.Neutral),
            static d => d.ExpiredResult,
            static (d, v) => d with { ExpiredResult = v },
            "the result of an expired signature (`x=`, RFC 6376 section 6.1.1)"),
        Dkim(
            "AcceptUnsignedCopies", SettingForm.Flag, static d => d.AcceptUnsignedCopies, static (d, v) => d with { AcceptUnsignedCopies = v },
            "accept signatures of messages with a second, differing Subject, To, Cc, Reply-To, Date, Content-Type, Content-Transfer-Encoding or MIME-Version "
            + "that is not signed (RFC 6376 section 8.15); otherwise `dkim=policy`. The metric `emailauth.dkim.unsigned_copies` counts them"),
        Dkim(
            "TestingKeys", SettingForm.OneOf(TestingKeys.Count, TestingKeys.Ignore), static d => d.TestingKeys, static (d, v) => d with { TestingKeys = v },
            "what a signature is worth whose key says `t=y` (testing): `count` as any other, against the letter of RFC 6376 section 3.6.1, or `ignore` (`dkim=policy`)"),
        Dkim(
            "RequiredOversignedFields", SettingForm.List(FieldName), static d => d.RequiredOversignedFields, static (d, v) => d with { RequiredOversignedFields = v },
            "fields that a signature must name once more than the message has them, so that none can be added (RFC 6376 section 8.15); otherwise `dkim=policy`"),
        SettingRow.Of(
            "Arc:MaxSets",
            SettingForm.Number(1, 50),
            static o => o.Arc.MaxSets,
            static (o, v) => o with { Arc = o.Arc with { MaxSets = v } },
            "how many sets a chain may have; one with more fails (RFC 8617 section 4.2.1)"),
        .. SignatureRows("Arc", static o => o.Arc.Signatures, static (o, v) => o with { Arc = o.Arc with { Signatures = v } }),
        Dmarc(
            "MaxIdentifiers", SettingForm.Number(1, 1000), static d => d.MaxIdentifiers, static (d, v) => d with { MaxIdentifiers = v },
            "how many authenticated identifiers have their organizational domain looked up, with up to eight queries each (RFC 9989 section 4.10); a further one is not aligned"),
        Dmarc(
            "Prefetch", SettingForm.Flag, static d => d.Prefetch, static (d, v) => d with { Prefetch = v },
            "ask all queries of a walk at once, instead of one after the other"),
        new Setting<EmailAuthSettings, SettingFile<PublicSuffixList>?>(
            "Dmarc:PublicSuffixList",
            SuffixFile,
            static s => s.PublicSuffixList,
            static (s, v) =>
            {
                s.PublicSuffixList = v;
                s.Options = s.Options with { Dmarc = s.Options.Dmarc with { PublicSuffixList = v?.Content } };
            },
            "the path of a public suffix list, to find organizational domains as RFC 7489 does instead of by the tree walk of RFC 9989"),
    ];

    private static ImmutableArray<Setting> SpfRows() =>
    [
        Spf(
            "MaxLookups", SettingForm.Number(1, 100), static s => s.MaxLookups, static (s, v) => s with { MaxLookups = v },
            "how many terms that ask the DNS a check may evaluate; more is a permerror (RFC 7208 section 4.6.4)"),
        Spf(
            "MaxVoidLookups", SettingForm.Number(0, 65535), static s => s.MaxVoidLookups, static (s, v) => s with { MaxVoidLookups = v },
            "how many of those terms may find nothing; more is a permerror"),
        Spf(
            "MaxMailHosts", SettingForm.Number(1, 1000), static s => s.MaxMailHosts, static (s, v) => s with { MaxMailHosts = v },
            "how many hosts of one `mx` term may be asked for their addresses; more is a permerror"),
        Spf(
            "MaxPointers", SettingForm.Number(1, 1000), static s => s.MaxPointers, static (s, v) => s with { MaxPointers = v },
            "how many names of the client are considered for `ptr` and the macro `p`; more are ignored"),
        Spf(
            "MaxRecordLength", SettingForm.Number(1, 65535), static s => s.MaxRecordLength, static (s, v) => s with { MaxRecordLength = v },
            "the longest record that is read, in characters; a longer one is a permerror"),
        Spf(
            "MaxExplanationLength", SettingForm.Number(0, 65535), static s => s.MaxExplanationLength, static (s, v) => s with { MaxExplanationLength = v },
            "the longest explanation that is kept, in characters; a longer one is dropped"),
        Spf(
            "TimeLimit", SettingForm.Time(TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1)), static s => s.TimeLimit, static (s, v) => s with { TimeLimit = v },
            "how long one check may take before it ends in temperror"),
        Spf(
            "Prefetch", SettingForm.Flag, static s => s.Prefetch, static (s, v) => s with { Prefetch = v },
            "ask for what the rest of a record may need while an answer is awaited. The verdict does not depend on it"),
        Spf(
            "Receiver", Receiver, static s => s.Receiver, static (s, v) => s with { Receiver = v },
            "the name of the receiving host for the macro `r` (RFC 7208 section 7.2); without it the macro is `unknown`"),
    ];

    private static ImmutableArray<Setting> SignatureRows(
        string section, Func<AuthenticationOptions, SignatureOptions> get, Func<AuthenticationOptions, SignatureOptions, AuthenticationOptions> with)
    {
        Setting Row<T>(string name, SettingForm<T> form, Func<SignatureOptions, T> read, Func<SignatureOptions, T, SignatureOptions> change, string text) =>
            SettingRow.Of($"{section}:{name}", form, o => read(get(o)), (o, v) => with(o, change(get(o), v)), text);

        return
        [
            Row(
                "MinRsaBits", SettingForm.Number(512, 4096), static s => s.MinRsaBits, static (s, v) => s with { MinRsaBits = v },
                $"the fewest bits of an RSA key; less than 1024 only with `{section}:IsForArchives` (RFC 8301 section 3.2)"),
            Row(
                "MaxRsaBits", SettingForm.Number(2048, 16384), static s => s.MaxRsaBits, static (s, v) => s with { MaxRsaBits = v },
                "the most bits of an RSA key; larger keys are refused for the work they make"),
            Row(
                "ClockSkew", SettingForm.Time(TimeSpan.Zero, TimeSpan.FromDays(1)), static s => s.ClockSkew, static (s, v) => s with { ClockSkew = v },
                "how far the clocks of signer and verifier may differ"),
            Row(
                "FutureTolerance",
                SettingForm.Optional(SettingForm.Time(TimeSpan.Zero, TimeSpan.FromDays(3660))),
                static s => s.FutureTolerance,
                static (s, v) => s with { FutureTolerance = v },
                $"how far the time of signing (`t=`) may lie in the future; without it as `{section}:ClockSkew`"),
            Row(
                "JudgeExpiryAtSigningTime", SettingForm.Flag, static s => s.JudgeExpiryAtSigningTime, static (s, v) => s with { JudgeExpiryAtSigningTime = v },
                "judge `x=` and `t=` at the signature's own time instead of now, for mail that arrived earlier"),
            Row(
                "IsForArchives", SettingForm.Flag, static s => s.IsForArchives, static (s, v) => s with { IsForArchives = v },
                "the mail comes from an archive, so that what RFC 8301 forbids may be accepted. Not for mail that arrives now"),
            Row(
                "AcceptPartialBody", SettingForm.Flag, static s => s.AcceptPartialBody, static (s, v) => s with { AcceptPartialBody = v },
                "whether a signature passes that leaves part of the body unsigned (`l=`); otherwise its result is policy"
                + (section == "Dkim" ? ". `Policy:AcceptPartialSignatures` must allow it, too" : string.Empty)),
        ];
    }

    private static Setting Spf<T>(string name, SettingForm<T> form, Func<SpfOptions, T> get, Func<SpfOptions, T, SpfOptions> with, string text) =>
        SettingRow.Of("Spf:" + name, form, o => get(o.Spf), (o, v) => o with { Spf = with(o.Spf, v) }, text);

    private static Setting Dkim<T>(string name, SettingForm<T> form, Func<DkimOptions, T> get, Func<DkimOptions, T, DkimOptions> with, string text) =>
        SettingRow.Of("Dkim:" + name, form, o => get(o.Dkim), (o, v) => o with { Dkim = with(o.Dkim, v) }, text);

    private static Setting Dmarc<T>(string name, SettingForm<T> form, Func<DmarcOptions, T> get, Func<DmarcOptions, T, DmarcOptions> with, string text) =>
        SettingRow.Of("Dmarc:" + name, form, o => get(o.Dmarc), (o, v) => o with { Dmarc = with(o.Dmarc, v) }, text);

    private static bool TryParseFieldName(string text, [MaybeNullWhen(false)] out string name)
    {
        name = text;
        return text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('!', '~') && !text.Contains(':', StringComparison.Ordinal);
    }

    // RFC 7208 section 7.3: "r" is the name of the receiving host, or "unknown". It becomes part of a name that is looked up.
    private static bool TryParseHost(string text, out string? name)
    {
        name = DomainName.Parse(text).Value?.ToString();
        return name is not null;
    }
}
