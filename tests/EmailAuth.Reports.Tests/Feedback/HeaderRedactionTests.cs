using System.Text;
using EmailAuth.Messages;
using EmailAuth.Reports.Feedback;
using FsCheck;
using FsCheck.Xunit;

namespace EmailAuth.Reports.Tests.Feedback;

/// <summary>What a report has of a message's header (RFC 6590): keyed hashes in place of people, and nothing that is not known.</summary>
public sealed class HeaderRedactionTests
{
    private static readonly RedactionKey Key = RedactionKey.Of("0123456789abcdef"u8);
    private static readonly RedactionKey OtherKey = RedactionKey.Of("fedcba9876543210"u8);

    public static TheoryData<string, string> Fields => new()
    {
        { "From: Alice <alice@Example.com>", "From: <{alice@example.com}@example.com>" },
        { "from: \"a b\"@example.com (a person)", "from: <{\"a b\"@example.com}@example.com>" },
        { "To: a@one.example, Bob <b@two.example>, team: c@three.example;", "To: <{a@one.example}@one.example>, <{b@two.example}@two.example>, <{c@three.example}@three.example>" },
        { "Cc: nobody at all", "Cc: (not an address)" },
        { "Return-Path: <>", "Return-Path: <>" },
        { "Message-ID: <1.alice@example.com>", "Message-ID: <{1.alice@example.com}@example.com>" },
        { "Subject: a secret", "" },
        { "Delivered-To: alice@example.com", "" },
        { "X-Alice: alice", "" },
        { "Date: Sun, 29 Nov 2026 12:00:00 +0000", "Date: Sun, 29 Nov 2026 12:00:00 +0000" },
        { "Content-Type: text/plain; name=\"alice.txt\"", "Content-Type: text/plain" },
        { "Date: Sun, 29 Nov 2026 12:00:00 +0100 (alice)", "Date: Sun, 29 Nov 2026 12:00:00 +0100" },
        { "Date: alice was here", "" },
        { "Content-Type: =?utf-8?q?alice=40example.com?=", "" },
        { "MIME-Version: 1.0 (made by alice)", "MIME-Version: 1.0" },
        { "Precedence: list of alice", "" },
        { "Auto-Submitted: auto-generated; owner-email=\"alice@example.com\"", "Auto-Submitted: auto-generated" },
        { "Content-Transfer-Encoding: alice@example.com", "" },
        { "List-Id: the list of alice@example.com <l.example.com>", "List-Id: <l.example.com>" },
        { "List-Id: =?utf-8?q?alice=40example.com?=", "List-Id: <{=?utf-8?q?alice=40example.com?=}>" },
        { "List-Id: <alice>", "List-Id: <{alice}>" },
        { "X-Mailer: Mailer 1.0 (Linux; x86_64)", "X-Mailer: Mailer 1.0 (Linux; x86_64)" },
        { "User-Agent: M/1 of alice@example.com =?utf-8?b?YWxpY2VAZXhhbXBsZS5jb20=?= x=alice%40example.com (\"alice)", "User-Agent: M/1 of {alice@example.com} {=?utf-8?b?YWxpY2VAZXhhbXBsZS5jb20=?=} {x=alice%40example.com} {(\"alice)}" },
        { "Message-ID: <\"alice\\\"bob\"@example.com>", "Message-ID: <{\"alice\\\"bob\"@example.com}@example.com>" },
        { "Message-ID: alice", "Message-ID: <{alice}>" },
        { "To: =?utf-8?q?alice=40example.com?= <bob@example.com>, alice=40example.com", "To: <{bob@example.com}@example.com>, <{alice=40example.com}>" },
        { "To: alice@\u00fc.example", "To: (not an address)" },
        { "References: <alice@example.com>", "" },
        { "In-Reply-To: <alice@example.com>", "" },
        { "List-Unsubscribe: <https://l.example/u?a=alice%40example.com>, <mailto:l+alice=example.com@l.example>", "" },
        { "Authentication-Results: mx.example; spf=pass smtp.mailfrom=alice@example.com", "" },
        { "ARC-Authentication-Results: i=1; mx.example; spf=pass smtp.mailfrom=alice@example.com", "" },
        { "Received-SPF: pass envelope-from=alice@example.com", "" },
        { "DKIM-Signature: v=1; d=example.com; s=alice@example.com; h=From:alice=40example.com; q=\"alice\"; i=alice=40example.com; bh=aa==; b=b b==", "DKIM-Signature: v=1; d=example.com; i={alice=40example.com}; bh=aa==; b=b b==" },
        {
            "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s; i=alice@example.com;\r\n\tz=Subject:a=20secret; h=From; bh=aa==; b=bb==",
            "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s; i={alice@example.com}@example.com; h=From; bh=aa==; b=bb=="
        },
        { "Received: from alice by mail.example.com (Postfix, from userid 1000) id 7", "Received: from {alice} by mail.example.com id 7" },
        {
            "Received: from h.example (unknown [192.0.2.1]) (Authenticated sender: alice) by m.example with ESMTPSA for <bob@example.org>",
            "Received: from h.example ([192.0.2.1]) by m.example with ESMTPSA for <{bob@example.org}@example.org>"
        },
        { "Received: from h.example by m.example for alice; Sun, 29 Nov 2026 12:00:00 +0000", "Received: from h.example by m.example for <{alice}>; Sun, 29 Nov 2026 12:00:00 +0000" },
        { "Received: by m.example for <\"alice\\\" (x) smith\"@example.com> (more)", "Received: by m.example for <{\"alice\\\" (x) smith\"@example.com}@example.com>" },
        { "Received: by m.example for alice smith@example.com; alice", "Received: by m.example for <{alice smith@example.com}@example.com>" },
        { "Received: by m.example for <\u00e1lice@example.com>", "Received: by m.example for <{\u00e1lice@example.com}@example.com>" },
        { "Received: by m.example for <a@example.com>, <alice@example.com>", "Received: by m.example for <{a@example.com>, <alice@example.com}@example.com>" },
        { "Received: from alice@h.example by alice=40h.example with alice@x id <1.alice@m.example> via =?utf-8?q?alice?=", "Received: from {alice@h.example} by {alice=40h.example} with {alice@x} id {<1.alice@m.example>} via {=?utf-8?q?alice?=}" },
        { "Received: (qmail 7 invoked by alice) from alice by h.example id 7 (for alice", "Received: from {alice} by h.example id 7" },
        { "Received: from [fe80::1%alice] (h [fe80::1%alice]) by h.example", "Received: from {[fe80::1%alice]} by h.example" },
        { "Received: alice from h.example alice by h.example", "Received: from h.example by h.example" },
        { "Received: from [IPv6:2001:db8::1] (port=1 helo=[alice] (nested [192.0.2.1]))", "Received: from [IPv6:2001:db8::1]" },
    };

    [Theory, MemberData(nameof(Fields))]
    public void Section_3_a_field_keeps_its_domains_and_loses_its_people(string field, string expected)
    {
        var text = new HeaderRedaction(Key).Apply(Encoding.Latin1.GetBytes(field + "\r\n\r\nbody alice@example.com\r\n"));
        Assert.Equal(Hashed(expected), text.Replace("\r\n ", " ", StringComparison.Ordinal).TrimEnd());
    }

    [Fact]
    public void The_same_input_has_the_same_hash_and_another_key_another_one()
    {
        Assert.Equal(Key.Address("alice@example.com"), RedactionKey.Of("0123456789abcdef"u8).Address("alice@EXAMPLE.com").Replace("EXAMPLE", "example", StringComparison.Ordinal));
        Assert.NotEqual(Key.Address("alice@example.com"), OtherKey.Address("alice@example.com"));
        Assert.NotEqual(Key.Hash("alice@example.com"), Key.Hash("alice@example.org"));
        Assert.NotEqual(RedactionKey.Random().Hash("a"), RedactionKey.Random().Hash("a"));
        // HMAC-SHA-256 as OpenSSL computes it: echo -n alice@example.com | openssl dgst -sha256 -hmac 0123456789abcdef -binary | head -c 16 | base64
        Assert.Equal("89bdx9v5vi62ZzYKWppDQw==", Key.Hash("alice@example.com"));
        Assert.Throws<ArgumentException>(static () => RedactionKey.Of("0123456789abcde"u8));
        Assert.DoesNotContain("0123", Key.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void More_is_kept_only_when_it_is_asked_for()
    {
        var header = "From: alice@example.com\r\nSubject: a secret\r\nMessage-ID: <1@example.com>\r\nFeedback-ID: a:b:c:d\r\nCFBL-Address: f@example.com\r\nCFBL-Feedback-ID: 1:2\r\nX-A: b\r\n"u8.ToArray();
        Assert.Equal(["From", "Message-ID"], Names(new HeaderRedaction(Key).Apply(header)));
        Assert.Equal(["From", "Subject", "Message-ID"], Names(new HeaderRedaction(Key) { Content = OriginalContent.Subject }.Apply(header)));
        var complaint = new HeaderRedaction(Key) { KeepsIdentifiers = true }.Apply(header);
        Assert.Equal(["From", "Message-ID", "Feedback-ID", "CFBL-Address", "CFBL-Feedback-ID"], Names(complaint));
        Assert.Contains("Message-ID: <1@example.com>\r\n", complaint, StringComparison.Ordinal);
        Assert.Equal(Encoding.ASCII.GetString(header), new HeaderRedaction(Key) { Content = OriginalContent.Header }.Apply(header));
    }

    [Fact]
    public void A_display_name_of_ten_kilobytes_and_ten_thousand_fields_are_bounded()
    {
        var name = $"From: \"{new string('x', 10_000)}\" <alice@example.com>\r\n";
        Assert.InRange(new HeaderRedaction(Key).Apply(Encoding.ASCII.GetBytes(name)).Length, 1, 200);
        foreach (var content in Enum.GetValues<OriginalContent>())
        {
            var many = string.Concat(Enumerable.Repeat(name + "Received: by a.example; @@@@@@@@\r\n", 500));
            Assert.InRange(new HeaderRedaction(Key) { Content = content }.Apply(Encoding.ASCII.GetBytes(many)).Length, 1, 13_000);
        }
    }

    [Fact]
    public void A_field_that_is_cut_off_within_an_address_does_not_leave_half_of_it_as_a_host()
    {
        for (var length = 4050; length < 4110; length++)
        {
            var field = $"Received: from h.example ({new string('x', length)}) by alice.person@example.com\r\n";
            Assert.DoesNotContain("alice.person", new HeaderRedaction(Key).Apply(Encoding.ASCII.GetBytes(field)), StringComparison.Ordinal);
        }
    }

    [Property]
    public bool Whatever_the_header_is_the_third_part_is_fields_of_ascii(byte[] octets, NonNegativeInt which)
    {
        var names = (string[])["From", "To", "Received", "DKIM-Signature", "Message-ID", "Subject", "List-Id", "Content-Type", "Date"];
        var header = (byte[])[.. Encoding.ASCII.GetBytes(names[which.Get % names.Length] + ": "), .. octets, .. "alice@example.com\r\n"u8];
        foreach (var content in Enum.GetValues<OriginalContent>())
        {
            var text = new HeaderRedaction(Key) { Content = content }.Apply(header);
            var lines = text.Split("\r\n");
            if (lines[^1].Length > 0 || !text.All(static c => c is '\r' or '\n' or (>= ' ' and <= '~')) || lines[..^1].Any(static line => line.Length is 0 or > 998)
                || HeaderBlock.Parse(Encoding.ASCII.GetBytes(text)).Defects != HeaderDefects.None
                || (content == OriginalContent.Redacted && text.Contains("alice@", StringComparison.Ordinal)))
            {
                return false;
            }
        }

        return true;
    }

    private static string[] Names(string header) => [.. header.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(':')[0])];

    // {x} is the hash of x.
    private static string Hashed(string text)
    {
        for (var open = text.IndexOf('{', StringComparison.Ordinal); open >= 0; open = text.IndexOf('{', StringComparison.Ordinal))
        {
            var close = text.IndexOf('}', open);
            text = text[..open] + Key.Hash(text[(open + 1)..close]) + text[(close + 1)..];
        }

        return text;
    }
}
