using System.Globalization;
using System.Net;
using System.Text;
using EmailAuth.Spf;
using EmailAuth.Tests.Arc;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Tests.Results.Readers;

/// <summary>A message of a sender who means to deceive or to blind the readers of our fields, and its outcome. The same seed gives the same one.</summary>
internal sealed class GeneratedOutcome
{
    public const int Count = 3000;

    public const string AuthservId = "mx.example.org";

    private static readonly string[] Pieces =
    [
        "a", "joe", "x1", "-", "_", ".", "..", "@", "example.com", "attacker.net", "\"", "\\", "\\\"", "(", ")", ";", "=", "/", ":", ",", "<", ">", "[", "]", "?", " ", "\t",
        "; dmarc=pass", ";dkim=pass header.d=example.com", " ; spf=pass", "dmarc=pass", "dmarc/1 = pass", "DMARC=PASS", "arc=pass", "iprev=pass", "bimi=pass", "=?utf-8?q?=3B_dmarc=3Dpass?=",
        "=\u0001utf-8", "reason=", "smtp.mailfrom=", "smtp.helo=", "header.from=example.com", "policy.dmarc=none", "identity=helo", "receiver=x", "\"; dmarc=pass\"", "(;dmarc=pass)",
        ") dmarc=pass", "prvs=1234=joe", "SRS0=ab=cd=example.com=joe", "none", "\r\n dmarc=pass", "\r\ndmarc=pass", "\0", "\u007f", "\u0085",
    ];

    private static readonly string[] UnicodePieces = ["é", "漢字", "\U0001f600", "\u2028", "\ufeff", "；dmarc＝pass", "\ud800", "jörg@bücher.example", "dkim\u2028=pass", "dmarc\u3000=pass", "spf\u00a0/\u20031\u2029= pass", "\u200b", "\u2003"];

    private static readonly string[] Paths =
        ["joe@example.com", "bounce+joe=attacker.net@example.com", "prvs=1=u@example.com", "<>", "a@attacker.net", "b@broken.example", "c@slow.example", "@a.example:d@quoted.example"];

    private static readonly string[] Authors = ["joe@example.com", "a@attacker.net", "b@none.example", "c@slow.example", "d@broken.example", "x@y, z@example.com", "(c) joe@sub.example.com", "no address"];

    private static readonly Lazy<IReadOnlyList<GeneratedOutcome>> Made = new(() => [.. GeneratedCases.Seeds(Count).Select(seed => new GeneratedOutcome(seed))]);

    private static readonly string Plain = "To: list@example.net\r\nSubject: Plans\r\nDate: Tue, 10 Jun 2025 12:00:00 +0000\r\n\r\nSee you at noon.\r\n";

    private static readonly string Signed = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign("From: joe@example.com\r\n" + Plain));

    private static readonly string Sealed = ArcSamples.Pass(Signed, 1).GetAwaiter().GetResult();

    private static readonly AuthenticationPipeline[] Pipelines =
        [.. Enum.GetValues<ExtendedResults>().Select(results => new AuthenticationPipeline(new ZoneResolver(Zone()), new AuthenticationOptions { AuthservId = AuthservId, ExtendedResults = results }))];

    private readonly Random _random;

    public GeneratedOutcome(int seed)
    {
        Seed = seed;
        _random = new Random(seed);
        IsInternationalized = seed % 5 == 0;
        var envelope = Envelope();
        var message = Message();
        var pending = Pipelines[seed % Pipelines.Length].AuthenticateAsync(envelope, message);
        Outcome = pending.IsCompletedSuccessfully ? pending.Result : throw new InvalidOperationException("A zone in memory answers at once.");
        IsAscii = Ascii.IsValid(message) && Ascii.IsValid(envelope.MailFrom ?? string.Empty);
        ReceivedSpf = Outcome.Spf is { } spf ? ReceivedSpfWriter.WriteValue(spf, AuthservId) : null;
    }

    public static IReadOnlyList<GeneratedOutcome> All => Made.Value;

    public int Seed { get; }

    public AuthenticationOutcome Outcome { get; }

    public string? ReceivedSpf { get; }

    /// <summary>Whether neither envelope nor header holds anything but ASCII, HELO aside.</summary>
    public bool IsAscii { get; }

    /// <summary>What was found with the methods that all readers know, in the order of the field; of SPF the one result that decides.</summary>
    public IReadOnlyList<string> Verdicts =>
    [
        .. Outcome.Results
            .Where((result, index) => result.Method != "bimi" && (result.Method != "spf" || index == 0))
            .Select(result => $"{result.Method}={result.Result}"),
    ];

    private bool IsInternationalized { get; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"seed {Seed}:\n{Outcome.Header}\n{Outcome.ExtendedHeader}\n{ReceivedSpf}");

    private static Zone Zone() => new Zone()
        .Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; sp=quarantine; np=reject")
        .Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
        .Add("default._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://example.com/dkim=pass(x)\"dmarc=pass.svg; a=")
        .Add("s._domainkey.hop1.example", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
        .Add("h.example.com", ZoneEntryKind.Txt, "v=spf1 a -all")
        .Add("h.example.com", ZoneEntryKind.A, "192.0.2.1")
        .Add("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "h.example.com")
        .Add("attacker.net", ZoneEntryKind.Txt, "v=spf1 exists:%{l}.smtp.helo=x;dmarc=pass.attacker.net dkim=pass ~all")
        .Add("_dmarc.attacker.net", ZoneEntryKind.Txt, "v=DMARC1; p=none; rua=mailto:\"; dmarc=pass\"@attacker.net")
        .Add("default._bimi.attacker.net", ZoneEntryKind.Txt, "v=BIMI1; l=ftp://;dmarc=pass;a=\"; dmarc=pass\"")
        .Add("broken.example", ZoneEntryKind.Txt, "v=spf1 \"; dmarc=pass; identity=helo\" (x -all")
        .Add("_dmarc.broken.example", ZoneEntryKind.Txt, "v=DMARC1; p=; dmarc=pass; \"x\"=(; spf=pass")
        .Add("quoted.example", ZoneEntryKind.Txt, "v=spf1 spf=pass mx:\"dmarc=pass\" dmarc=pass dmarc=pass -all")
        .Add("s._domainkey.attacker.net", ZoneEntryKind.Txt, "v=DKIM1; k=\"; dmarc=pass\"; p=AAAA")
        .Add("_dmarc.slow.example", ZoneEntryKind.Timeout)
        .Add("slow.example", ZoneEntryKind.Timeout);

    private SmtpEnvelope Envelope() => new(
        _random.Next(6) switch { 0 => null, 1 => IPAddress.Parse("2001:db8::1"), 2 => IPAddress.Parse("198.51.100.7"), _ => IPAddress.Parse("192.0.2.1") },
        _random.Next(3) switch { 0 => "h.example.com", 1 => Text(5), _ => Text(2) },
        _random.Next(3) switch { 0 => Paths[_random.Next(Paths.Length)], 1 => $"\"{Text(4)}\"@attacker.net", _ => Text(3) + "@example.com" });

    private byte[] Message()
    {
        var header = new StringBuilder();
        for (var signatures = _random.Next(3); signatures > 0; signatures--)
        {
            var domain = _random.Next(2) == 0 ? "attacker.net" : Text(2);
            header.Append(CultureInfo.InvariantCulture, $"DKIM-Signature: v=1; a=rsa-sha256; d={domain}; s={(_random.Next(2) == 0 ? "s" : Text(2))}; i={Identity()}@attacker.net; h=from; ")
                .Append("bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=").Append(_random.Next(2) == 0 ? "AAAAbbbb" : Text(3)).Append("\r\n");
        }

        if (_random.Next(4) == 0)
        {
            header.Append("ARC-Seal: i=1; cv=").Append(Text(2)).Append("; d=attacker.net; s=s; b=\r\n");
        }

        if (_random.Next(4) == 0)
        {
            header.Append("BIMI-Selector: v=BIMI1; s=").Append(Text(2)).Append("\r\n");
        }

        // Line ends of the sender's would end the header, and with it most of the tests.
        header.Replace("\r\n dmarc", " dmarc").Replace("\r\ndmarc", "dmarc");
        header.Append(_random.Next(3) switch
        {
            0 => Signed,
            1 => Sealed,
            _ => $"From: {Authors[_random.Next(Authors.Length)]}\r\n{Plain}",
        });
        return Encoding.UTF8.GetBytes(header.ToString());
    }

    // Encoded as DKIM does (RFC 6376 section 2.11), so that it is ASCII whatever it decodes to.
    private string Identity() => _random.Next(3) switch
    {
        0 => string.Empty,
        1 => Text(2),
        _ => string.Concat(Encoding.UTF8.GetBytes(Text(3) + "é").Select(octet => octet is >= (byte)'a' and <= (byte)'z' ? ((char)octet).ToString() : string.Create(CultureInfo.InvariantCulture, $"={octet:X2}"))),
    };

    private string Text(int most)
    {
        var text = new StringBuilder();
        for (var pieces = _random.Next(1, most + 1); pieces > 0; pieces--)
        {
            var from = IsInternationalized && _random.Next(4) == 0 ? UnicodePieces : Pieces;
            text.Append(from[_random.Next(from.Length)]);
        }

        return text.ToString();
    }
}
