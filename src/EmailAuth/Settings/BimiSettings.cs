using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using EmailAuth.Bimi;
using EmailAuth.Cryptography;

namespace EmailAuth.Settings;

/// <summary>The settings of BIMI.</summary>
internal static class BimiSettings
{
    private static readonly SettingFileForm<X509Certificate2Collection> RootsFile = new("a PEM file of certificates", LoadRoots);

    public static ImmutableArray<Setting> Rows { get; } =
    [
        Bimi(
            "AcceptTrustedArc", SettingForm.Flag, static b => b.AcceptTrustedArc, static (b, v) => b with { AcceptTrustedArc = v },
            "treat a message whose DMARC result is not pass as if it were, when a trusted ARC chain says that it was (BIMI draft section 7.1)"),
        Bimi(
            "RequireSignedSelector", SettingForm.Flag, static b => b.RequireSignedSelector, static (b, v) => b with { RequireSignedSelector = v },
            "let `BIMI-Selector` count only when a valid, aligned DKIM signature covers it (section 5.5)"),
        Bimi(
            "RetrieveIndicator", SettingForm.Flag, static b => b.RetrieveIndicator, static (b, v) => b with { RetrieveIndicator = v },
            "fetch the indicator that `l` names and check it against SVG Tiny PS (section 7.5). Without it no web server is asked"),
        Bimi(
            "VerifyEvidence", SettingForm.Flag, static b => b.VerifyEvidence, static (b, v) => b with { VerifyEvidence = v },
            "fetch the mark certificate that `a` names and verify it up to one of `Bimi:MarkRoots` (section 7.4)"),
        Bimi(
            "RequireEvidence", SettingForm.Flag, static b => b.RequireEvidence, static (b, v) => b with { RequireEvidence = v },
            "let a record without evidence fail; needs `Bimi:VerifyEvidence`"),
        new Setting<EmailAuthSettings, SettingFile<X509Certificate2Collection>?>(
            "Bimi:MarkRoots",
            RootsFile,
            static s => s.MarkRoots,
            static (s, v) =>
            {
                s.MarkRoots = v;
                s.Options = s.Options with { Bimi = s.Options.Bimi with { MarkRoots = [.. v?.Content ?? []] } };
            },
            "the path of a PEM file with the roots of the mark authorities that are trusted. None is built in"),
        Bimi(
            "MaxEvidenceBytes", SettingForm.Number(1, 16 * 1024 * 1024), static b => b.MaxEvidenceBytes, static (b, v) => b with { MaxEvidenceBytes = v },
            "the most bytes of an evidence document"),
        Bimi(
            "MaxEvidenceCertificates", SettingForm.Number(2, 1000), static b => b.MaxEvidenceCertificates, static (b, v) => b with { MaxEvidenceCertificates = v },
            "the most certificates in an evidence document"),
        Bimi(
            "MaxRedirects", SettingForm.Number(0, 5), static b => b.MaxRedirects, static (b, v) => b with { MaxRedirects = v },
            "how many redirects are followed, each to https and under the same guard as the first request"),
        Bimi(
            "FetchTimeout",
            SettingForm.Time(TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(5)),
            static b => b.FetchTimeout,
            static (b, v) => b with { FetchTimeout = v },
            "how long fetching one document may take, resolution and redirects included"),
        Bimi(
            "MaxConcurrentFetches", SettingForm.Number(1, 100_000), static b => b.MaxConcurrentFetches, static (b, v) => b with { MaxConcurrentFetches = v },
            "how many documents are fetched at the same time; beyond that the result is temperror"),
        Bimi(
            "MaxCacheAge",
            SettingForm.Time(TimeSpan.Zero, TimeSpan.FromDays(365)),
            static b => b.MaxCacheAge,
            static (b, v) => b with { MaxCacheAge = v },
            "how long a fetched document is kept, a failure at most 5 minutes; `0s` keeps none"),
        Bimi(
            "MaxCacheBytes", SettingForm.Number(0L, long.MaxValue), static b => b.MaxCacheBytes, static (b, v) => b with { MaxCacheBytes = v },
            "the most bytes that are kept of fetched documents; `0` keeps none"),
        Indicator(
            "MaxIndicatorBytes", SettingForm.Number(1, 16 * 1024 * 1024), static l => l.MaxBytes, static (l, v) => l with { MaxBytes = v },
            "the most bytes of an indicator, also after decompression"),
        Indicator(
            "MaxIndicatorDepth", SettingForm.Number(1, 10_000), static l => l.MaxDepth, static (l, v) => l with { MaxDepth = v },
            "how deep elements of an indicator may nest"),
        Indicator(
            "MaxDrawnElements", SettingForm.Number(1, int.MaxValue), static l => l.MaxDrawnElements, static (l, v) => l with { MaxDrawnElements = v },
            "how many elements of an indicator may be drawn when every `use` is replaced by what it refers to"),
        Indicator(
            "MaxIndicatorViolations", SettingForm.Number(1, int.MaxValue), static l => l.MaxViolations, static (l, v) => l with { MaxViolations = v },
            "after how many violations reading an indicator stops"),
    ];

    // Certificates cannot be read without OpenSSL; Require gives that reason.
    private static X509Certificate2Collection LoadRoots(string path)
    {
        PlatformCryptography.Require();
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(path);
        return certificates is { Count: > 0 } ? certificates : throw new InvalidDataException("it holds no certificate");
    }

    private static Setting Bimi<T>(string name, SettingForm<T> form, Func<BimiOptions, T> get, Func<BimiOptions, T, BimiOptions> with, string text) =>
        SettingRow.Of("Bimi:" + name, form, o => get(o.Bimi), (o, v) => o with { Bimi = with(o.Bimi, v) }, text);

    private static Setting Indicator<T>(string name, SettingForm<T> form, Func<SvgLimits, T> get, Func<SvgLimits, T, SvgLimits> with, string text) =>
        Bimi(name, form, b => get(b.IndicatorLimits), (b, v) => b with { IndicatorLimits = with(b.IndicatorLimits, v) }, text);
}
