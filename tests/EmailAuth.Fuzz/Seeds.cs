using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using EmailAuth.Fuzz.Support;

namespace EmailAuth.Fuzz;

/// <summary>Inputs to start from: the project's test data, and what the grammars have that it lacks.</summary>
internal static class Seeds
{
    private const string PlainZone = """
        {"example.com":[{"type":"TXT","data":"v=spf1 a mx include:i.example exists:%{ir}.%{v}.%{d} ptr redirect=r.example"},{"type":"A","data":"192.0.2.1"},{"type":"MX","preference":10,"data":"mx.example.com"}],
        "i.example":[{"type":"TXT","data":"v=spf1 ip4:192.0.2.7 -all"}],"r.example":[{"type":"TXT","data":"v=spf1 ?all exp=e.example"}],"e.example":[{"type":"TXT","data":"%{i} is not of %{d}"}],
        "_dmarc.example.com":[{"type":"TXT","data":"v=DMARC1; p=reject; sp=none; np=reject; adkim=s"}],"default._bimi.example.com":[{"type":"TXT","data":"v=BIMI1; l=https://example.com/l.svg"}],
        "1.2.0.192.in-addr.arpa":[{"type":"PTR","data":"mail.example.com"}],"mail.example.com":[{"type":"CNAME","data":"example.com"}],"slow.example":[{"type":"TIMEOUT"}]}
        """;
    private const string PlainMessage = "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.com; s=x; t=1; b=YWJj\r\nARC-Message-Signature: i=1; a=rsa-sha256; d=example.com; s=x; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=YWJj\r\nARC-Authentication-Results: i=1; mx.example.org; dmarc=pass\r\n"
        + "Authentication-Results: mx.example.org; spf=pass\r\nBIMI-Selector: v=BIMI1; s=brand\r\nDKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=x; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=YWJj\r\nFrom: \"A, B\" <a@x.example.com>\r\nSubject: y\r\n\r\nbody \t \r\n\r\n";

    public static Seed[] Messages { get; } =
    [
        Text("messages", "rfc8463-a3.eml"), Text("messages", "rfc6376-a2.eml"),
        "From: a@example.com\r\nFrom : b@example.com\r\nSubject: x\nFrom: c@example.com\r\n\r\nbody\r\n",
        "\r\nbody", "From\r\n : a@example.com\r\nx\r\n y\r\n\r\n",
    ];

    public static Seed[] FromFields { get; } =
    [
        "a@example.com", "\"A, B\" <a@example.com>", "Group: a@example.com, b@example.org;", "<@x,@y:a@example.com>", "(c (d) \\( e) \"a\\\"b\"@example.com",
        "=?utf-8?q?a?= <a@b\u00fccher.example>", "a . b @ example . com", "undisclosed:;", "a@[192.0.2.1]", "a@example.com,\r\n b@example.com",
    ];

    public static Seed[] Signatures { get; } =
    [
        "v=1; a=rsa-sha256; c=relaxed/simple; d=example.com; s=brisbane; q=dns/txt; t=1117574938; x=1118006938;\r\n h=from : to:subject:date; l=10; i=@eng.example.com; z=From:foo=40eng|To:joe; bh=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=;\r\n b=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSb",
        "v=1; a=ed25519-sha256; d=x.example; s=a.b; h=from; bh=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=; b=YQ==",
    ];

    public static Seed[] Keys { get; } =
    [
        "v=DKIM1; k=rsa; t=s:y; s=email:*; h=sha256:sha1; n=note; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB",
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "p=", "k=rsa; p=MEgCQQ==",
    ];

    public static Seed[] SpfRecords { get; } =
    [
        "v=spf1 +mx a:colo.example.com/28 -all", "v=spf1 ip4:192.0.2.1/24 ip6:2001:db8::/32 include:x.example exists:%{ir}.%{l1r+-}._spf.%{d} ptr ~all redirect=y.example exp=explain._spf.%{d}",
        "v=spf1 a//64 mx:%{d2}/24//96 unknown=%{i}", "v=spf1 ?ip6:::ffff:1.2.3.4/128",
    ];

    public static Seed[] DmarcRecords { get; } =
    [
        "v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=r; psd=n; t=y; fo=1:d:s; rua=mailto:a@example.com!10m,https://x.example/%2c; ruf=mailto:b@example.com; pct=50; rf=afrf; ri=86400",
        "v=DMARC1;p=none", "v = DMARC1 ; p = none ; x",
    ];

    public static Seed[] Logos { get; } =
    [
        Text("bimi", "logo.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 1 1\"><title>x</title><desc>y</desc><g id=\"a\"><use href=\"#a\"/></g></svg>",
    ];

    public static Seed[] Certificates { get; } = ["-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", .. MarkCertificate()];

    // The document, the certificate alone in DER, and the values of its extensions.
    private static IEnumerable<Seed> MarkCertificate()
    {
        var document = File.ReadAllBytes(TestData.PathOf("bimi", "mark.pem"));
        yield return document;
        using var certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(document));
        yield return certificate.RawData;
        foreach (var extension in certificate.Extensions)
        {
            yield return extension.RawData;
        }
    }

    public static Seed[] Results { get; } =
    [
        " mx.example.org; none", " i=1; mx.example.org 1; spf=pass (a (b) c) reason=\"x;y\" smtp.mailfrom=a@example.com; dkim/1=fail header.d=example.com header.b=\"a/b\" policy.x=\"\\\"\"",
        " \"mx.example.org\" ; dmarc = none\r\n (x) header . from = example.com;", " mx.example.org/abc; x=y;;", " (mx.example.org) other.example; spf=pass", " =?utf-8?q?mx.example.org?=; spf=pass",
    ];

    public static Seed[] Zones { get; } = [Text("zones", "rfc8463.json"), Text("zones", "bimi.json"), Text("zones", "published.json")];

    private static readonly string[] Lines = [Line("rfc8463-a3.eml", "rfc8463.json"), Line("rfc6376-a2.eml", "rfc6376.json"), Plain()];

    public static Seed[] Batches { get; } = [.. Lines];

    public static Seed[] Deliveries { get; } =
    [
        $"{Text("zones", "rfc8463.json")}\n~~~\n192.0.2.1\nmail.football.example.com\njoe@football.example.com\n~~~\n{Text("messages", "rfc8463-a3.eml")}",
        $"{Text("zones", "rfc6376.json")}\n~~~\n2001:db8::1\nx\n<>\n~~~\n{Text("messages", "rfc6376-a2.eml")}",
        .. SeedVectors.Deliveries,
        $"{PlainZone}\n~~~\n192.0.2.1\nmail.example.com\na@example.com\n~~~\n{PlainMessage}",
    ];

    public static Seed[] Vectors { get; } =
    [
        .. Lines.Select(line => line[..^1] + ",\"suite\":\"x\",\"checks\":\"dkim\",\"expect\":{\"spf\":[\"pass\"],\"dkim\":[{\"domain\":\"a.example\",\"result\":[\"pass\"]}],\"dmarc\":{\"result\":[\"pass\"],\"policy\":\"reject\"},\"arc\":[\"none\"],\"bimi\":{\"result\":[\"skipped\"]}},\"more\":[1,{\"a\":null}]}"),
    ];

    private static string Line(string message, string zone) =>
        "{\"id\":\"x\",\"zone\":" + ZoneOf(zone) + ",\"input\":{\"ip\":\"192.0.2.1\",\"helo\":\"mail.football.example.com\",\"mail_from\":\"joe@football.example.com\",\"message\":null,\"message_b64\":\""
        + Convert.ToBase64String(Encoding.Latin1.GetBytes(Text("messages", message))) + "\",\"now\":\"2026-03-01T12:00:00Z\",\"options\":{\"authserv_id\":\"mx.example.org\"}}}";

    private static string Plain()
    {
        using var zone = JsonDocument.Parse(PlainZone);
        return "{\"id\":\"p\",\"zone\":" + JsonSerializer.Serialize(zone.RootElement) + ",\"input\":{\"ip\":\"192.0.2.1\",\"helo\":\"mail.example.com\",\"mail_from\":\"a@example.com\",\"message_b64\":\""
            + Convert.ToBase64String(Encoding.Latin1.GetBytes(PlainMessage)) + "\"}}";
    }

    private static string ZoneOf(string file)
    {
        using var zone = JsonDocument.Parse(Text("zones", file));
        return JsonSerializer.Serialize(zone.RootElement);
    }

    private static string Text(string folder, string name) => File.ReadAllText(TestData.PathOf(folder, name), Encoding.Latin1);
}
