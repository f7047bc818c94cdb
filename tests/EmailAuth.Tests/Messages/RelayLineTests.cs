using System.Text;
using EmailAuth.Messages;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>The Received field of a trusted relay as evidence of its client: the forms of the servers in use, and what a client does to them.</summary>
public class RelayLineTests
{
    public static TheoryData<string, string, string, string?, string?> Forms => new()
    {
        { "Postfix", " from mail.author.example (out.author.example [192.0.2.1])\r\n\tby mx2.example.org (Postfix) with ESMTPS id 4F2k\r\n\tfor <box@example.org>; Thu, 26 Nov 2026 10:00:00 +0000 (UTC)", "192.0.2.1", "mail.author.example", "mx2.example.org" },
        { "Postfix, TLS", " from mail.author.example (unknown [IPv6:2001:db8::1])\r\n\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\r\n\t key-exchange X25519 server-signature ECDSA (P-256) server-digest SHA256)\r\n\t(No client certificate requested)\r\n\tby mx2.example.org (Postfix) with ESMTPS id 4F2k; Thu, 26 Nov 2026 10:00:00 +0000", "2001:db8::1", "mail.author.example", "mx2.example.org" },
        { "Postfix, a literal as HELO", " from [203.0.113.5] (mail.author.example [192.0.2.1])\r\n\tby mx2.example.org (Postfix) with SMTP id 1; x", "192.0.2.1", "[203.0.113.5]", "mx2.example.org" },
        { "Exim, a name", " from out.author.example ([192.0.2.1] helo=mail.author.example)\r\n\tby mx2.example.org with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384\r\n\t(Exim 4.96) (envelope-from <a@author.example>) id 1abc-01\r\n\tfor box@example.org; Thu, 26 Nov 2026 10:00:00 +0000", "192.0.2.1", "mail.author.example", "mx2.example.org" },
        { "Exim, no name", " from [192.0.2.1] (helo=mail.author.example)\r\n\tby mx2.example.org with esmtp (Exim 4.96) id 1abc-01; x", "192.0.2.1", "mail.author.example", "mx2.example.org" },
        { "Exim, HELO is the address", " from [192.0.2.1]\r\n\tby mx2.example.org with esmtp (Exim 4.96) id 1abc-01; x", "192.0.2.1", "[192.0.2.1]", "mx2.example.org" },
        { "Exim, a literal as HELO", " from [192.0.2.1] (port=4321 helo=[203.0.113.5])\r\n\tby mx2.example.org with esmtp (Exim 4.96) id 1; x", "192.0.2.1", "[203.0.113.5]", "mx2.example.org" },
        { "Exim, a HELO name with a space and a literal", " from [192.0.2.1] (helo=x [203.0.113.5])\r\n\tby mx2.example.org with esmtp (Exim 4.96) id 1; x", "192.0.2.1", "x", "mx2.example.org" },
        { "Exim, a user with a space and a literal", " from [192.0.2.1] (ident=x [203.0.113.5] helo=y)\r\n\tby mx2.example.org with esmtp (Exim 4.96) id 1; x", "192.0.2.1", "y", "mx2.example.org" },
        { "Exim, a name and a literal", " from out.author.example ([192.0.2.1]:4321 helo=[203.0.113.5])\r\n\tby mx2.example.org with esmtp (Exim 4.96) id 1; x", "192.0.2.1", "[203.0.113.5]", "mx2.example.org" },
        { "Sendmail", " from mail.author.example (out.author.example [192.0.2.1])\r\n\tby mx2.example.org (8.17.1/8.17.1) with ESMTPS id 3AQ\r\n\t(version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NOT)\r\n\tfor <box@example.org>; Thu, 26 Nov 2026 10:00:00 GMT", "192.0.2.1", "mail.author.example", "mx2.example.org" },
        { "Sendmail, ident", " from mail.author.example (IDENT:joe@out.author.example [192.0.2.1] (may be forged))\r\n\tby mx2.example.org (8.17.1/8.17.1) with ESMTP id 3AQ; x", "192.0.2.1", "mail.author.example", "mx2.example.org" },
        { "qmail-smtpd", " from unknown (HELO mail.author.example) (192.0.2.1)\r\n  by mx2.example.org with SMTP; 26 Nov 2026 10:00:00 -0000", "192.0.2.1", "mail.author.example", "mx2.example.org" },
        { "qmail-smtpd, a name", " from out.author.example (192.0.2.1)\r\n  by mx2.example.org with SMTP; 26 Nov 2026 10:00:00 -0000", "192.0.2.1", "out.author.example", "mx2.example.org" },
        { "Exchange", " from mail.author.example (192.0.2.1) by EX1.example.org (10.0.0.1) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.2.1544.4; Thu, 26 Nov 2026 10:00:00 +0000", "192.0.2.1", "mail.author.example", "EX1.example.org" },
        { "Microsoft 365, its border", " from mail.author.example (192.0.2.1) by DB5EUR03FT012.mail.protection.outlook.com (10.152.20.88) with Microsoft SMTP Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.9000.1 via Frontend Transport; Thu, 26 Nov 2026 10:00:00 +0000", "192.0.2.1", "mail.author.example", "DB5EUR03FT012.mail.protection.outlook.com" },
        { "Amazon SES", " from mail.author.example (out.author.example [192.0.2.1]) by inbound-smtp.eu-west-1.amazonaws.com with SMTP id 0k1q for box@example.org; Thu, 26 Nov 2026 10:00:00 +0000 (UTC)", "192.0.2.1", "mail.author.example", "inbound-smtp.eu-west-1.amazonaws.com" },
        { "Google", " from mail.author.example (out.author.example. [192.0.2.1]) by mx.google.com with ESMTPS id a1 for <box@example.org> (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256); Thu, 26 Nov 2026 02:00:00 -0800 (PST)", "192.0.2.1", "mail.author.example", "mx.google.com" },
        { "IPv4 in IPv6", " from a (b [::ffff:192.0.2.1]) by mx2.example.org with SMTP; x", "192.0.2.1", "a", "mx2.example.org" },
        { "a zone", " from a ([fe80::1%4]) by mx2.example.org with SMTP; x", "fe80::1", "a", "mx2.example.org" },
        { "the zone of the host itself", " from a ([fe80::1%1]) by mx2.example.org with SMTP; x", "fe80::1", "a", "mx2.example.org" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Each_servers_form_names_the_client(string server, string value, string client, string? helo, string? by)
    {
        var line = Read(value);

        Assert.True((client, helo, by, null, false) == (line.Client?.ToString(), line.Helo, line.ByHost, line.Problem, line.IsInternal), $"{server}: {line.Client} {line.Helo} {line.Problem}");
    }

    public static TheoryData<string, string> Internal => new()
    {
        { "qmail-queue", " (qmail 4711 invoked from network); 26 Nov 2026 10:00:00 -0000" },
        { "Exchange Online, between two hosts", " from DB9PR01CA0001.eurprd01.prod.exchangelabs.com (2603:10a6:10:1d8::10) by AM9PR01MB7000.eurprd01.prod.exchangelabs.com (2603:10a6:20b:2ce::12) with Microsoft SMTP Server (version=TLS1_2, cipher=X) id 15.20.9000.1; x" },
        { "Exchange Online, behind its border", " from DB5EUR03FT012.eop-EUR03.prod.protection.outlook.com (2603:10a6:10:1d8:cafe::1) by DB9PR01CA0001.outlook.office365.com (2603:10a6:10:1d8::10) with Microsoft SMTP Server (version=TLS1_3, cipher=X) id 15.20.9000.1 via Frontend Transport; x" },
        { "Google, an internal host", " by 2002:a05:6a00:1::1 with SMTP id x1;\r\n        Thu, 26 Nov 2026 02:00:00 -0800 (PST)" },
        { "Google, the host that sends", " by mail-wr1-f45.google.com with SMTP id x1; Thu, 26 Nov 2026 02:00:00 -0800 (PST)" },
    };

    [Theory]
    [MemberData(nameof(Internal))]
    public void A_step_inside_a_relay_is_known_by_its_form(string server, string value)
    {
        var line = Read(value);

        Assert.True(line is { IsInternal: true, Client: null, Problem: null }, server);
    }

    public static TheoryData<string, string, string> Unread => new()
    {
        { "no address", " from mail.author.example by mx2.example.org with ESMTP; x", "does not name the client's address" },
        { "a literal as HELO, and no address", " from [192.0.2.1] by mx2.example.org with ESMTP id 1; x", "does not name the client's address" },
        { "Exim, a HELO name that closes its comment", " from [192.0.2.1] (helo= a) ([203.0.113.5]) (b)\r\n\tby mx2.example.org with esmtp (Exim 4.96) id 1; x", "names more than one client" },
        { "Exim, a HELO name that closes its comment before an address", " from [192.0.2.1] (port=4321 helo=) [203.0.113.5] (ident=x)\r\n\tby mx2.example.org with esmtp (Exim 4.96) id 1; x", "names more than one client" },
        { "Postfix, a HELO name that ends the clause of the client", " from x([203.0.113.5])with (mail.author.example [192.0.2.1])\r\n\tby mx2.example.org (Postfix) with SMTP id 1; x", "names more than one client" },
        { "qmail-smtpd, a HELO name that ends the clause of the client", " from unknown (HELO x) ([203.0.113.5]) via (y) (192.0.2.1)\r\n  by mx2.example.org with SMTP; x", "names more than one client" },
        { "a literal as HELO that says Exim", " from [192.0.2.1] (Exim 4.96) by mx2.example.org with ESMTP id 1; x", "does not name the client's address" },
        { "an address behind HELO", " from a [192.0.2.1] by mx2.example.org with ESMTP id 1; x", "does not name the client's address" },
        { "not an address", " from a (b [192.0.2.300]) by mx2.example.org; x", "does not name the client's address" },
        { "an old form", " from a (b [192.0.2.01]) by mx2.example.org; x", "does not name the client's address" },
        { "a local user of Postfix", " by mx2.example.org (Postfix, from userid 1000)\r\n\tid 4F2k; x", "does not name the client's address" },
        { "a local user of Exim", " from joe by mx2.example.org with local (Exim 4.96) (envelope-from <a@author.example>) id 1; x", "does not name the client's address" },
        { "a local user of Sendmail", " (from joe@localhost) by mx2.example.org (8.17.1/8.17.1/Submit) id 3AQ; x", "does not name the client's address" },
        { "a local user of qmail", " (qmail 4711 invoked by uid 89); 26 Nov 2026 10:00:00 -0000", "does not say which host wrote it" },
        { "qmail-queue, and more", " (qmail 4711 invoked from network) (x); 26 Nov 2026 10:00:00 -0000", "does not say which host wrote it" },
        { "no host", " from a (b [192.0.2.1]) with SMTP; x", "does not say which host wrote it" },
        { "nothing", "", "does not say which host wrote it" },
        { "another host's step", " by mail.google.com.evil.example with SMTP id x1; x", "does not name the client's address" },
        { "two addresses", " from a (b [192.0.2.1]) (c [203.0.113.66]) by mx2.example.org; x", "names more than one client" },
        { "HELO with a comment and an address", " from a (b [192.0.2.1]) (HELO a) (203.0.113.66) by mx2.example.org; x", "names more than one client" },
        { "HELO with from", " from x by y from a (b [192.0.2.1]) by mx2.example.org; x", "names more than one client" },
        { "HELO with by", " from a (b [192.0.2.1]) by mx.evil.example (c [203.0.113.66]) by mx2.example.org; x", "names more than one client" },
        { "HELO with an open comment", " from a ( (c [203.0.113.66]) by mx2.example.org; x", "names more than one client" },
        { "HELO whose comment the recipient closes", " from a (b [192.0.2.1] ( (c [203.0.113.66]) by mx2.example.org for <\"x)) by mx2.example.org \"@example.org>; x", "names more than one client" },
        { "HELO with an open quote", " from a\" (c [203.0.113.66]) by mx2.example.org for <\"x\"@example.org>; x", "names more than one client" },
        { "HELO with 32 comments", $" from a (b [192.0.2.1]){string.Concat(Enumerable.Repeat("()", 31))} (c [203.0.113.66]) by mx2.example.org; x", "names more than one client" },
        { "nested comments", " from a ((b [192.0.2.1])) (c [203.0.113.66] (d [192.0.2.1])) by mx2.example.org; x", "names more than one client" },
        { "a bare LF", " from a (b [192.0.2.1])\n by mx2.example.org; x", "has a bare CR or LF" },
        { "a bare CR", " from a (b [192.0.2.1])\r by mx2.example.org; x", "has a bare CR or LF" },
        { "two fields in one", " from a (b [192.0.2.1])\r\n by mx2.example.org; x\rReceived: from c (d [203.0.113.66]) by e; x", "has a bare CR or LF" },
        { "a line end without white space", " from a (b [192.0.2.1])\r\nby mx2.example.org; x", "has a bare CR or LF" },
        { "longer than any server writes", " from a (b [192.0.2.1]) by mx2.example.org;" + new string(' ', 20_000), "does not say which host wrote it" },
    };

    [Theory]
    [MemberData(nameof(Unread))]
    public void A_field_that_does_not_name_one_client_names_none(string why, string value, string problem)
    {
        var line = Read(value);

        Assert.True(line is { Client: null, IsInternal: false } && line.Problem == problem, $"{why}: {line.Client} {line.Problem}");
    }

    // An address of Microsoft's and a name of its hosts are not enough: the border of Exchange Online has another name.
    [Theory]
    [InlineData(" from x.prod.outlook.com (2603:1030:1::5) by DB5EUR03FT012.mail.protection.outlook.com (2603:10a6:1::2) with Microsoft SMTP Server id 1; x", "2603:1030:1::5")]
    [InlineData(" from x.prod.outlook.com (2603:1030:1::5) by mx2.example.org (2603:10a6:1::2) with Microsoft SMTP Server id 1; x", "2603:1030:1::5")]
    [InlineData(" from x.prod.outlook.com (192.0.2.1) by y.prod.outlook.com (2603:10a6:1::2) with Microsoft SMTP Server id 1; x", "192.0.2.1")]
    public void A_client_that_calls_itself_a_host_of_Exchange_Online_is_a_client(string value, string client) =>
        Assert.Equal(client, Read(value).Client?.ToString());

    [Fact]
    public void The_topmost_fields_are_read_and_no_more()
    {
        var header = HeaderBlock.Parse(Encoding.ASCII.GetBytes(
            "X-Received: from a (b [192.0.2.9]) by c; x\r\nRECEIVED : from a (b [192.0.2.1]) by c; x\r\n" + string.Concat(Enumerable.Repeat("Received: by c; x\r\n", 50)) + "\r\n"));

        var lines = RelayLine.ReadTop(header);

        Assert.Equal(RelayLine.MaxLines, lines.Length);
        Assert.Equal("192.0.2.1", lines[0].Client?.ToString());
    }

    [Property]
    public bool Whatever_a_HELO_name_holds_it_never_names_the_client(NonNull<string> helo)
    {
        // What SMTP can carry: RFC 5321 section 2.3.8.
        var name = helo.Get.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        var line = Read($" from {name} (c [203.0.113.66])\r\n by mx2.example.org (Postfix) with ESMTP id 1; x");
        return line.Client is null || line.Client.ToString() == "203.0.113.66";
    }

    [Theory]
    [InlineData("a (b [192.0.2.1])")]
    [InlineData("a [192.0.2.1] ")]
    [InlineData("[192.0.2.1] (helo=x)")]
    [InlineData("a (HELO b) (192.0.2.1) by c with SMTP; (")]
    [InlineData("a (b [192.0.2.1] (")]
    [InlineData("a (b [192.0.2.1] \\")]
    [InlineData("a (b [192.0.2.1]) by c (")]
    [InlineData("a (b [192.0.2.1]) by c \"")]
    [InlineData("a (b [192.0.2.1]) by c;\"")]
    [InlineData("a (b [192.0.2.1]) by c (\\")]
    [InlineData("a (b [192.0.2.1]) by c \"\\")]
    [InlineData("a (192.0.2.1) by c with SMTP (")]
    [InlineData("a (b [192.0.2.1]) (")]
    [InlineData("a (b [192.0.2.1]) \"")]
    [InlineData("\"a (b [192.0.2.1]) by c\"")]
    public void A_HELO_name_made_for_it_does_not_either(string helo)
    {
        foreach (var end in (string[])[string.Empty, "x", "x)", "\"x)) by mx2.example.org \"", "\"x\"", "x) (d [192.0.2.1]) by e"])
        {
            foreach (var client in (string[])["(c [203.0.113.66])", "(203.0.113.66)", "(HELO x) (203.0.113.66)", "([203.0.113.66] helo=x)"])
            {
                var line = Read($" from {helo} {client}\r\n by mx2.example.org (Postfix) with ESMTP id 1 for <{end}@example.org>; x");
                Assert.True(line.Client is null || line.Client.ToString() == "203.0.113.66", $"{helo} and {end}: {line.Client}");
            }
        }
    }

    private static RelayLine Read(string value) => RelayLine.Read(Encoding.UTF8.GetBytes(value));
}
