using System.Globalization;
using System.Text;
using EmailAuth.Messages;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>Received fields (RFC 5321 section 4.4) in the forms that mail servers write, and those that a sender writes to mislead.</summary>
public class ReceivedFieldTests
{
    public static TheoryData<string, string, string?, string?, string?, string> Clients => new()
    {
        { "Postfix", "from mail.example.com (out.example.com [192.0.2.1])", "mail.example.com", "out.example.com", "192.0.2.1", "HELO, then name and address" },
        { "Postfix, IPv6", "from mail.example.com (out.example.com [IPv6:2001:db8::1])", "mail.example.com", "out.example.com", "2001:db8::1", "RFC 5321 section 4.1.3" },
        { "Postfix, no name", "from mail.example.com (unknown [192.0.2.1])", "mail.example.com", null, "192.0.2.1", "unknown is not a name" },
        { "Postfix, literal", "from [192.0.2.9] (unknown [192.0.2.1])", "[192.0.2.9]", null, "192.0.2.1", "the value is what the client says" },
        { "Sendmail", "from mail.example.com (IDENT:joe@out.example.com [192.0.2.1] (may be forged))", "mail.example.com", "out.example.com", "192.0.2.1", "ident, and a comment in the comment" },
        { "Sendmail, no name", "from mail.example.com ([192.0.2.1])", "mail.example.com", null, "192.0.2.1", "an address alone" },
        { "Exim, name", "from out.example.com ([192.0.2.1] helo=mail.example.com)", "mail.example.com", "out.example.com", "192.0.2.1", "the value is the name" },
        { "Exim, no name", "from [192.0.2.1] (port=4321 helo=mail.example.com)", "mail.example.com", null, "192.0.2.1", "the value is the address" },
        { "Exim, port", "from out.example.com ([192.0.2.1]:4321 helo=mail.example.com)", "mail.example.com", "out.example.com", "192.0.2.1", "a port behind the bracket" },
        { "Exim, HELO is the address", "from [2001:db8::1]", "[2001:db8::1]", null, "2001:db8::1", "no comment at all" },
        { "Exim, HELO is an address", "from [192.0.2.1] (helo=[203.0.113.5])", "[203.0.113.5]", null, "192.0.2.1", "an address that the client gives does not count" },
        { "Exchange", "from mail.example.com (192.0.2.1)", "mail.example.com", null, "192.0.2.1", "an address without brackets" },
        { "Exchange, IPv6", "from mail.example.com (2001:db8::1)", "mail.example.com", null, "2001:db8::1", "an address without brackets" },
        { "Gmail", "from mail.example.com (out.example.com. [192.0.2.1])", "mail.example.com", "out.example.com", "192.0.2.1", "a dot at the end of the name" },
        { "qmail", "from unknown (HELO mail.example.com) (192.0.2.1)", "mail.example.com", null, "192.0.2.1", "two comments" },
        { "qmail, ident", "from out.example.com (HELO mail.example.com) (joe@192.0.2.1)", "mail.example.com", "out.example.com", "192.0.2.1", "ident before the address" },
        { "qmail, no HELO", "from out.example.com (192.0.2.1)", "out.example.com", null, "192.0.2.1", "reads as Exchange's form" },
        { "Yahoo", "from 192.0.2.1 (EHLO mail.example.com)", "mail.example.com", null, "192.0.2.1", "the value is the address" },
        { "Courier", "from mail.example.com (out.example.com [::ffff:192.0.2.1])", "mail.example.com", "out.example.com", "192.0.2.1", "IPv4 in IPv6" },
        { "fetchmail", "from pop.example.com [192.0.2.1]", "pop.example.com", null, "192.0.2.1", "an address behind the name" },
        { "no HELO", "from (out.example.com [192.0.2.1])", null, "out.example.com", "192.0.2.1", "a comment in place of the value" },
        { "HELO by", "from by (out.example.com [192.0.2.1])", "by", "out.example.com", "192.0.2.1", "the word after a keyword is its value" },
        { "HELO with a semicolon", "from a;b (out.example.com [192.0.2.1])", "a", "out.example.com", "192.0.2.1", "only the last semicolon begins the date" },
        { "zone", "from mail.example.com (fe80::1%4)", "mail.example.com", null, "fe80::1%4", "a link-local address" },
        { "old forms", "from mail.example.com (010.1)", "mail.example.com", null, null, "not an address" },
        { "user name", "from mail.example.com (joe@localhost)", "mail.example.com", null, null, "not an address" },
        { "no address", "from mail.example.com", "mail.example.com", null, null, "a hop inside a host" },
        { "comments", "from mail.example.com (out.example.com [192.0.2.1]) (using TLSv1.3 with cipher X (256/256 bits)) (Client did not present a certificate)", "mail.example.com", "out.example.com", "192.0.2.1", "other comments" },

        // What a client can write where a server copies its HELO name without care.
        { "two addresses", "from a (b [203.0.113.5]) (out.example.com [192.0.2.1])", "a", "b", null, "which is the client's cannot be told" },
        { "two clauses", "from a (b [203.0.113.5]) by mx.example.org from c (out.example.com [192.0.2.1])", "a", "b", null, "the same" },
        { "second word", "from a [203.0.113.5] (out.example.com [192.0.2.1])", "a", "out.example.com", "192.0.2.1", "a comment counts more than a word" },
        { "open comment", "from a ( (out.example.com [192.0.2.1])", "a", null, null, "the rest belongs to the comment" },
        { "ident with an address", "from a (203.0.113.5@192.0.2.1)", "a", null, "192.0.2.1", "what follows the last at sign" },
    };

    [Theory]
    [MemberData(nameof(Clients))]
    public void The_client_is_read_in_each_servers_form(string server, string from, string? helo, string? name, string? address, string why)
    {
        var field = Read($" {from}\r\n by mx.example.net with ESMTP id 1; Thu, 26 Nov 2026 10:00:00 +0000");

        Assert.True(
            (helo, name, address) == (field.FromHost, field.ReverseName, field.ClientAddress?.ToString()),
            $"{server} ({why}): {field.FromHost}, {field.ReverseName}, {field.ClientAddress}");
    }

    [Theory]
    [InlineData(" from a (b [192.0.2.1])\r\n\tby mx.example.net (Postfix) with ESMTPS id 4F2k\r\n\tfor <joe@example.net>; Thu, 26 Nov 2026 10:00:00 +0100 (CET)", "mx.example.net", "ESMTPS", "4F2k", "joe@example.net", "2026-11-26T10:00:00+01:00")]
    [InlineData(" from a (192.0.2.1) by B.example.net (10.0.0.1) with Microsoft SMTP Server (version=TLS1_2, cipher=X) id 15.20.1.2 via Frontend Transport; Thu, 26 Nov 2026 10:00:00 +0000", "B.example.net", "Microsoft SMTP Server", "15.20.1.2", null, "2026-11-26T10:00:00+00:00")]
    [InlineData(" by 2002:a05:6a00:1::1 with SMTP id x1;\r\n        Thu, 26 Nov 2026 02:00:00 -0800 (PST)", "2002:a05:6a00:1::1", "SMTP", "x1", null, "2026-11-26T02:00:00-08:00")]
    [InlineData(" (qmail 12 invoked by uid 89); 26 Nov 2026 10:00:00 -0000", null, null, null, null, "2026-11-26T10:00:00+00:00")]
    [InlineData(" from a by b with ESMTP with STARTTLS id <us-1@x>; Thu, 26 Nov 2026 10:00 GMT", "b", "ESMTP", "us-1@x", null, "2026-11-26T10:00:00+00:00")]
    [InlineData(" from a ([192.0.2.1])\n by b. with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384\n (Exim 4.96)\n id 1abc-01\n for joe@example.net; Thu, 26 Nov 2026 10:00:60 EST", "b", "esmtps", "1abc-01", "joe@example.net", "2026-11-26T10:00:59-05:00")]
    [InlineData(" from a by b; Thu Nov 26 10:00:00 2026", "b", null, null, null, "2026-11-26T10:00:00+00:00")]
    [InlineData(" from a by b; 26 Nov 98 10:00:00.123 +0000", "b", null, null, null, "1998-11-26T10:00:00+00:00")]
    [InlineData(" from a by b; 26 Nov 49 10:00:00 +0000", "b", null, null, null, "2049-11-26T10:00:00+00:00")]
    [InlineData(" from a by b; 26 Nov 50 10:00:00 +0000", "b", null, null, null, "1950-11-26T10:00:00+00:00")]
    [InlineData(" from a by b; 26 Nov 126 10:00:00 +0000", "b", null, null, null, "2026-11-26T10:00:00+00:00")]
    [InlineData(" from a by b; 31 Nov 2026 10:00:00 +0000", "b", null, null, null, null)]
    [InlineData(" from a by b; 26 Nov 2026 24:00:00 +0000", "b", null, null, null, null)]
    [InlineData(" from a by b; 26 Nov 0001 10:00:00 +1300", "b", null, null, null, null)]
    [InlineData(" from a by b; 31 Dec 9999 23:59:59 -1359", "b", null, null, null, null)]
    [InlineData(" from a by b", "b", null, null, null, null)]
    [InlineData("", null, null, null, null, null)]
    public void The_other_clauses_are_read(string value, string? by, string? with, string? id, string? recipient, string? date)
    {
        var field = Read(value);

        Assert.Equal((by, with, id, recipient), (field.ByHost, field.With, field.Id, field.For));
        Assert.Equal(date, field.Date?.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(" from a by b with LMTP id 1 (envelope-from <joe@example.com>) for <x@y>; 1 Jan 2026 10:00:00 +0000", "joe@example.com")]
    [InlineData(" from a by b with ESMTPS id 1\r\n\tenvelope-from <>\r\n\ttls X; 1 Jan 2026 10:00:00 +0000", "")]
    [InlineData(" from a by b with ESMTPS id 1\r\n\tenvelope-from <\"j oe\"@example.com>; 1 Jan 2026 10:00:00 +0000", "\"j oe\"@example.com")]
    [InlineData(" from a by b; 1 Jan 2026 10:00:00 +0000", null)]
    public void The_reverse_path_is_read(string value, string? path) => Assert.Equal(path, Read(value).EnvelopeFrom);

    [Fact]
    public void Comments_are_kept_unfolded_and_at_most_32()
    {
        Assert.Equal(["b [192.0.2.1]", "Postfix, from userid 1"], Read(" from a (b\r\n [192.0.2.1]) by c (Postfix, from userid 1); x").Comments);
        Assert.Equal(32, Read(" from a " + string.Concat(Enumerable.Repeat("(b) ", 100))).Comments.Length);
    }

    [Fact]
    public void A_value_that_is_longer_than_any_server_writes_is_not_read()
    {
        var longest = " from a" + new string(' ', ReceivedField.MaxLength - 7);

        Assert.Equal("a", Read(longest).FromHost);
        Assert.Null(Read(longest + " ").FromHost);
    }

    // A "by" is looked for in what a HELO name may have opened.
    [Theory]
    [InlineData("from a (b by)", false)]
    [InlineData("from a \"b by\" by c", false)]
    [InlineData("from a (b by c)", true)]
    [InlineData("from a (b by\tc) by d", true)]
    [InlineData("from a (bby c) by d", false)]
    public void A_by_within_a_comment_makes_the_client_unclear(string text, bool isAmbiguous) => Assert.Equal(isAmbiguous, Read(text).IsAmbiguous);

    [Property]
    public bool Any_text_can_be_read(NonNull<string> text)
    {
        var field = Read("from " + text.Get);
        return field.Comments.Length <= 32 && field.Date is null or { Year: >= 1900 };
    }

    private static ReceivedField Read(string value) => ReceivedField.Parse(Encoding.UTF8.GetBytes(value));
}
