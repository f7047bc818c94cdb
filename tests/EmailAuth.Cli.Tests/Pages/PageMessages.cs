using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EmailAuth.Cli.Tests.Pages;

/// <summary>Messages that pages are made of, with the zone of their domains: one that a list changed and sealed, and one that a hostile sender wrote.</summary>
internal sealed class PageMessages : IDisposable
{
    private const string Body = "The kiln is free on Thursday.\r\n\r\nIt takes eleven hours to 1,240 degrees, so bring\r\nwhat is dry by Wednesday evening.\r\n\r\nAnna\r\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("pages").FullName;
    private readonly Dictionary<string, object[]> _zone = new(StringComparer.Ordinal);
    private readonly string _author;
    private readonly string _list;
    private readonly string _relay;

    public PageMessages()
    {
        _author = NewKey("autumn", "kiln.example");
        _list = NewKey("l1", "lists.potters.example");
        _relay = NewKey("r7", "relay.example");
        Add("_dmarc.kiln.example", "v=DMARC1; p=reject; rua=mailto:dmarc@kiln.example");
        Add("lists.potters.example", "v=spf1 mx ip4:192.0.2.128/27 include:_spf.relay.example include:_spf.news.example -all");
        _zone["lists.potters.example"] = [.. _zone["lists.potters.example"], new { type = "MX", preference = 10, data = "mx.potters.example" }];
        _zone["mx.potters.example"] = [new { type = "A", data = "192.0.2.130" }];
        Add("_spf.relay.example", "v=spf1 include:_a.relay.example include:_b.relay.example -all");
        Add("_a.relay.example", "v=spf1 ip4:198.51.100.0/26 ip6:2001:db8:51::/48 -all");
        Add("_b.relay.example", "v=spf1 ip4:198.51.100.64/27 ip4:203.0.113.16/28 -all");
        Add("out3.relay.example", "v=spf1 a -all");
        _zone["out3.relay.example"] = [.. _zone["out3.relay.example"], new { type = "A", data = "203.0.113.25" }];
        _zone["25.113.0.203.in-addr.arpa"] = [new { type = "PTR", data = "out3.relay.example" }];
    }

    public string ZonePath => Write("zone.json", JsonSerializer.Serialize(_zone));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A message to a list, which adds a footer, signs and seals; a relay seals it again.</summary>
    public async Task<string> ThroughListAsync()
    {
        var original = "From: \"Anna Berg (Kiln & Sons)\" <anna.berg@studio.kiln.example>\r\nTo: glaze@lists.potters.example\r\n"
            + "Subject: Who fires on <Thursday> & Friday?\r\nDate: Sat, 28 Nov 2026 08:12:03 +0000\r\nMessage-ID: <3f1e.77@studio.kiln.example>\r\n"
            + $"X-Mailer: Clay 4\r\n\r\n{Body}";
        var signed = await SignAsync(original, _author, "autumn", "kiln.example");
        var arrived = "Authentication-Results: lists.potters.example; spf=pass smtp.mailfrom=kiln.example; dkim=pass header.d=kiln.example; dmarc=pass header.from=studio.kiln.example\r\n"
            + "Received: from mail.studio.kiln.example (mail.studio.kiln.example [192.0.2.5]) by mx.potters.example with ESMTPS id 77; Sat, 28 Nov 2026 08:12:07 +0000\r\n"
            + "Received: from [10.8.0.14] by mail.studio.kiln.example with ESMTPSA id 12; Sat, 28 Nov 2026 08:12:05 +0000\r\n" + signed;
        var listed = $"List-Id: <glaze.lists.potters.example>\r\nSender: glaze-bounces@lists.potters.example\r\n{arrived}\r\n"
            + "____________________________________\r\nGlaze list, glaze@lists.potters.example\r\nTo leave it, write to glaze-leave@lists.potters.example\r\n";
        var own = await SignAsync(listed, _list, "l1", "lists.potters.example");
        var first = await SealAsync(own, _list, "l1", "lists.potters.example", "lists.potters.example", "2026-11-28T08:49:22Z");
        var relayed = "Authentication-Results: in1.relay.example; spf=pass smtp.mailfrom=lists.potters.example; dkim=fail header.d=kiln.example; arc=pass; dmarc=fail header.from=studio.kiln.example\r\n"
            + $"Received: from mx.potters.example (mx.potters.example [192.0.2.130]) by in1.relay.example with ESMTPS id 3; Sat, 28 Nov 2026 08:49:24 +0000\r\n{first}";
        var second = await SealAsync(relayed, _relay, "r7", "relay.example", "in1.relay.example", "2026-11-28T08:49:26Z");
        return "Return-Path: <glaze-bounces+jo=reader.example@lists.potters.example>\r\n"
            + $"Received: from out3.relay.example (out3.relay.example [203.0.113.25]) by mx.reader.example with ESMTPS id 9; Sat, 28 Nov 2026 08:49:31 +0000\r\n{second}";
    }

    /// <summary>A message every part of which tries to be more than text.</summary>
    public string Hostile()
    {
        const string Attack = "\"><img src=x onerror=window.hit=1><script>window.hit=1</script><style>body{display:none}</style>";
        var domain = string.Join('.', Enumerable.Repeat(new string('x', 58), 4)) + ".example"; // nearly as long as a name below _dmarc can be
        Add($"_dmarc.{domain}", $"v=DMARC1; p=reject; rua=mailto:{Attack}");
        Add("hostile.example", "v=spf1 include:" + Attack.Replace(' ', '_') + " -all");
        Add("_dmarc.hostile.example", $"v=DMARC1; p=reject; x={Attack}");
        return $"Received: from {Attack} ([192.0.2.66]) by <svg/onload=window.hit=1> with \u202Eesrever; Sat, 28 Nov 2026 08:00:00 +0000\r\n"
            + $"Authentication-Results: {Attack}; dkim=pass header.d={Attack}\r\n"
            + $"Authentication-Results: \u202Eevil\u2066.example; dmarc=pass ({Attack}) header.from={domain}\r\n"
            + $"DKIM-Signature: v=1; a=rsa-sha256; d={domain}; s={Attack}; h=from:{Attack}; bh=AAAA; b=AAAA\r\n"
            + $"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=hostile.example; s=sel; h=from:subject:<b>bold</b>:{new string('h', 500)}; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n"
            + $"From: \"{new string('W', 10_000)}{Attack.Replace("\"", "\\\"", StringComparison.Ordinal)}\" <\"<b>{new string('l', 50)}\"@{domain}>\r\n"
            + $"Subject: \u202E{Attack}\u200B\u00AD\u0007\u2028 {new string('M', 10_000)}{new string('\u0300', 60)}\r\n"
            + $"Message-ID: <{Attack}>\r\nX-<script>window.hit=1</script>: 1\r\n\r\nHello\r\n";
    }

    /// <summary>Makes the page of a message with the command.</summary>
    public async Task<string> PageAsync(string message, params string[] arguments)
    {
        var (file, page) = (Write("message.eml", message), Path.Combine(_folder, "page.html"));
        var run = await CommandRun.OfAsync(["verify", file, "--zone", ZonePath, "--html", page, "--brief", .. arguments]);
        Xunit.Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return await File.ReadAllTextAsync(page, Xunit.TestContext.Current.CancellationToken);
    }

    private static string Text(CommandRun run)
    {
        Xunit.Assert.Equal(0, run.ExitCode);
        return run.Output;
    }

    private async Task<string> SignAsync(string message, string key, string selector, string domain) => Text(await CommandRun.WithInputAsync(
        Encoding.UTF8.GetBytes(message), "sign", "-", "--domain", domain, "--selector", selector, "--key", key, "--now", "2026-11-28T08:12:05Z"));

    private async Task<string> SealAsync(string message, string key, string selector, string domain, string authservId, string now) => Text(await CommandRun.WithInputAsync(
        Encoding.UTF8.GetBytes(message),
        "seal", "-", "--domain", domain, "--selector", selector, "--key", key, "--authserv-id", authservId, "--zone", ZonePath, "--now", now));

    private string NewKey(string selector, string domain)
    {
        using var rsa = RSA.Create(2048);
        Add($"{selector}._domainkey.{domain}", $"v=DKIM1; k=rsa; p={Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())}");
        return Write($"{selector}.pem", rsa.ExportPkcs8PrivateKeyPem());
    }

    private void Add(string name, string text) => _zone[name] = [new { type = "TXT", data = text }];

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{name}"));
        File.WriteAllText(path, text);
        return path;
    }
}
