namespace EmailAuth.Fuzz;

/// <summary>What the grammars are made of, for the mutations of this program and as dictionaries of AFL++.</summary>
internal static class Words
{
    private static readonly string[] Marks =
    [
        "\r\n", "\r\n ", "\r\n\r\n", "\r", "\n", "\0", "\t", " ", "(", ")", "\\", "\"", "<", ">", "@", ",", ";", ":", "=", "%", "/", ".", "..", "[", "]", "*",
        "\u00ff", "\u00e9", "\ud83d\ude00", "\u3002", "\ufffd", "\u200b", "xn--", "xn--a", "example.com", "-1", "4294967296", "18446744073709551616", "99999999999999999999",
    ];

    private static readonly string[] AddressWords =
    [
        "::", "::ffff:1.2.3.4", "1.2.3.4", "255.255.255.256", "2001:db8::1", "[IPv6:2001:db8::1]", "[192.0.2.1]", "in-addr.arpa", "<@a,@b:c@example.com>", "undisclosed:;",
        "=?utf-8?q?x?=", "=?utf-8?b?YQ==?=",
    ];

    private static readonly string[] ResultWords =
    [
        "none", "pass", "fail", "spf=pass", "dkim=fail", "dmarc=", "arc=", "iprev=", "smtp.mailfrom=", "smtp.helo=", "header.d=", "header.from=", "header.b=", "policy.", "reason=\"",
        "mx.example.org", "mx.example.org 1", "i=1;", "/1",
    ];

    private static readonly string[] DkimWords =
    [
        "v=", "v=1;", "b=", "bh=", "h=", "h=from", "d=", "s=", "i=", "i=@", "l=", "l=0", "t=", "x=", "c=relaxed/simple", "c=simple", "a=rsa-sha256", "a=ed25519-sha256", "a=rsa-sha1",
        "q=dns/txt", "z=", "=3B", "=40", "=\r\n", "from:from", "v=DKIM1;", "k=rsa", "k=ed25519", "t=s", "t=y", "p=", "h=sha256", "s=email", "s=*", "n=", "_domainkey", "cv=none", "cv=pass", "cv=fail",
        "i=1;", "i=2;", "i=50", "i=51", "as=",
    ];

    private static readonly string[] SpfWords =
    [
        "v=spf1 ", "include:", "redirect=", "exp=", "exists:", "ptr", "ptr:", "mx", "mx/24", "a", "a:", "a/24//64", "//128", "/0", "ip4:", "ip6:", "all", "-all", "~all", "?all", "+",
        "%{ir}.%{v}", "%{d1r+-.,/_=}", "%{d2}", "%{l-}", "%{o}", "%{h}", "%{s}", "%{S}", "%{p}", "%{c}", "%{r}", "%{t}", "%%", "%_", "%-", "%{d0}", "%{d999}",
    ];

    private static readonly string[] DmarcWords =
    [
        "v=DMARC1;", "p=none", "p=quarantine", "p=reject", "sp=", "np=", "adkim=s", "aspf=r", "psd=y", "psd=n", "psd=u", "t=y", "fo=1:d:s", "rua=mailto:", "ruf=", "!10m", "pct=0", "ri=", "rf=afrf",
        "v=BIMI1;", "l=https://", "l=;", "a=https://", "avp=brand", "avp=personal", "s=", "_dmarc.", "_bimi.",
    ];

    private static readonly string[] FieldWords =
    [
        "From: ", "from\t:", "FROM :", "ARC-Seal: ", "ARC-Message-Signature: ", "ARC-Authentication-Results: ", "DKIM-Signature: ", "Authentication-Results: ", "BIMI-Selector: ", "Received: ",
        "Subject: ", "Sender: ", "From\r\n : ",
    ];

    private static readonly string[] JsonWords =
    [
        "{", "}", "[", "]", "null", "true", "false", "1e999", "\\u0000", "\\ud800", "\\\"", "\"zone\"", "\"TIMEOUT\"", "\"SERVFAIL\"", "\"NXDOMAIN\"", "\"TXT\"", "\"A\"", "\"AAAA\"", "\"MX\"", "\"PTR\"", "\"CNAME\"",
        "\"data\"", "\"strings\"", "\"preference\"", "\"type\"", "\"id\"", "\"input\"", "\"expect\"", "\"ip\"", "\"helo\"", "\"mail_from\"", "\"message_b64\"", "\"message\"", "\"now\"", "\"options\"", "\"checks\"",
        "\"spf\"", "\"dkim\"", "\"dmarc\"", "\"arc\"", "\"bimi\"", "\"result\"", "\n~~~\n",
    ];

    public static IReadOnlyList<string> Names { get; } = [.. Marks, .. AddressWords];

    public static IReadOnlyList<string> Fields { get; } = [.. Marks, .. AddressWords, .. FieldWords];

    public static IReadOnlyList<string> Dkim { get; } = [.. Marks, .. DkimWords];

    public static IReadOnlyList<string> Spf { get; } = [.. Marks, .. AddressWords, .. SpfWords];

    public static IReadOnlyList<string> Policies { get; } = [.. Marks, .. DmarcWords];

    public static IReadOnlyList<string> Results { get; } = [.. Marks, .. ResultWords, .. FieldWords];

    public static IReadOnlyList<string> Svg { get; } =
    [
        .. Marks, "<svg", "</svg>", "xmlns=\"http://www.w3.org/2000/svg\"", "version=\"1.2\"", "baseProfile=\"tiny-ps\"", "viewBox=\"0 0 1 1\"", "<title>", "</title>", "<g>", "</g>", "<use ", "xlink:href", "href=\"#",
        "<!--", "-->", "<!DOCTYPE", "<!ENTITY", "&amp;", "&#0;", "&x;", "<![CDATA[", "]]>", "<?xml", "encoding=\"utf-16\"", "<script", "<image", "<style", "style=\"", "url(", "/>",
    ];

    public static IReadOnlyList<string> Certificates { get; } =
    [
        "-----BEGIN CERTIFICATE-----\n", "\n-----END CERTIFICATE-----\n", "0\u0082", "\u0030\u0080", "\u0000\u0000", "\u0006\u0003\u0055\u001d\u0011", "\u0006\u0008\u002b\u0006\u0001\u0005\u0005\u0007\u0003\u001f",
        "data:image/svg+xml;base64,", "\u0005\u0000", "\u0017\r", "\u0018\u000f", "default", "example.com",
    ];

    public static IReadOnlyList<string> Json { get; } = [.. Marks, .. AddressWords, .. JsonWords, .. SpfWords, .. DmarcWords];

    public static IReadOnlyList<string> Zone { get; } = [.. Marks, .. AddressWords, .. SpfWords, .. DmarcWords, " TXT ", " A ", " AAAA ", " MX 10 ", " PTR ", " CNAME ", " TIMEOUT ", " SERVFAIL ", "v=spf1 -all", "\\n", "\n~~~\n"];

    public static IReadOnlyList<string> All { get; } = [.. new HashSet<string>([.. Fields, .. Dkim, .. Spf, .. Policies, .. Results, .. Json])];

    /// <summary>Words in the form AFL++ reads: a line each, quoted, other bytes than printable ASCII as \xNN.</summary>
    public static string Dictionary(IEnumerable<string> words) =>
        string.Concat(words.Select(word => "\"" + string.Concat(System.Text.Encoding.UTF8.GetBytes(word).Select(Escaped)) + "\"\n"));

    private static string Escaped(byte value) => value is >= 0x20 and < 0x7F and not ((byte)'"' or (byte)'\\') ? ((char)value).ToString() : $"\\x{value:x2}";
}
