using System.Text;
using EmailAuth.Messages;

namespace EmailAuth.Tests.Messages;

/// <summary>Headers by which a stranger tries to be taken for somebody else, each with what must be made of it.</summary>
internal static class AuthorDisguises
{
    /// <summary>The header block of each disguise, without the empty line. "~" in a text stands for the byte 0x00.</summary>
    public static IReadOnlyList<AuthorDisguise> All { get; } =
    [
        // More than one field that may be read as From.
        Several("two From fields", "From: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("two From fields of the same domain", "From: a@bank.example\r\nFrom: b@bank.example\r\n"),
        Several("names in another case", "from: a@bank.example\r\nFROM: m@evil.example\r\n"),
        Several("a space before the colon", "From : a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("a tab before the colon", "From: a@bank.example\r\nFrom\t: m@evil.example\r\n"),
        Several("folded before the colon", "From\r\n : a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("folded before the colon, after the good one", "From: m@evil.example\r\nFrom \r\n\t : a@bank.example\r\n"),
        Several("NUL in the name", "Fr~om: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("NUL before the name", "~From: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("NUL after the name", "From~: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("a control byte in the name", "F\u0001rom: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("DEL in the name", "From\u007f: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("a form feed before the name", "\fFrom: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("a vertical tab after the name", "From\v: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("a byte order mark before the name", "\ufeffFrom: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("a zero-width space in the name", "Fr\u200bom: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("a no-break space before the name", "\u00a0From: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("a space before the first line's name", " From: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("a bare LF in another field", "Subject: x\nFrom: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("a bare CR in another field", "Subject: x\rFrom: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("LF CR in another field", "Subject: x\n\rFrom: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("CR CR LF in another field", "Subject: x\r\r\nFrom: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("a bare LF in the From field itself", "From: m@evil.example\nFrom: a@bank.example\r\n"),
        Several("a bare LF and NUL before the name", "Subject: x\n~From: a@bank.example\r\nFrom: m@evil.example\r\n"),
        Several("lines that all end with a bare LF", "From: a@bank.example\nFrom: m@evil.example\nSubject: x\n"),

        // One field; its domain is that of the one address by RFC 5322, or there is none.
        Usable("a display name that looks like an address", "From: \"a@bank.example\" <m@evil.example>\r\n", "evil.example"),
        Usable("an address in angle brackets as display name", "From: \"<a@bank.example>\" <m@evil.example>\r\n", "evil.example"),
        Usable("an encoded word that shows an address", "From: =?utf-8?q?a=40bank=2Eexample?= <m@evil.example>\r\n", "evil.example"),
        Usable("an address in a comment after it", "From: m@evil.example (a@bank.example)\r\n", "evil.example"),
        Usable("a quoted local part that holds an at sign", "From: \"a@bank.example\"@evil.example\r\n", "evil.example"),
        Usable("a route", "From: <@bank.example,@a.example:m@evil.example>\r\n", "evil.example"),
        Usable("a quoted bracket before the address", "From: \"x\\\" <a@bank.example>\" <m@evil.example>\r\n", "evil.example"),
        Unusable("an address as the name of a group", "From: a@bank.example : m@evil.example;\r\n", AuthorDefect.Malformed),
        Usable("a group with one member", "From: Bank: m@evil.example;\r\n", "evil.example"),
        Usable("a name in another case, alone", "fROM: m@evil.example\r\n", "evil.example"),
        Usable("a space before the colon, alone", "From : m@evil.example\r\n", "evil.example"),
        Usable("folded before the colon, alone", "From\r\n : m@evil.example\r\n", "evil.example"),
        Usable("a comma in a quoted name", "From: \"\\\"Company, Inc.\\\"\" <m@evil.example>\r\n", "evil.example"), // OpenDMARC #72
        Usable("a comma in a quoted name, with via", "From: \"'X, Y' via Z\" <m@evil.example>\r\n", "evil.example"), // OpenDMARC #104
        Usable("upper case in the domain", "From: m@EVIL.Example\r\n", "evil.example"),
        Usable("a domain in Unicode", "From: m@b\u00fccher.example\r\n", "xn--bcher-kva.example"),
        Usable("a folded value", "From:\r\n \"Name\"\r\n\t<m@evil.example>\r\n", "evil.example"),
        Usable("two addresses of one domain", "From: a@evil.example, b@EVIL.example\r\n", "evil.example"),

        Usable("a comment after it", "From: m@evil.example (M)\r\n", "evil.example"),
        Usable("an address in a comment of the name", "From: M (a@bank.example) <m@evil.example>\r\n", "evil.example"),
        Usable("a comment before it", "From: (M) m@evil.example\r\n", "evil.example"),
        Usable("comments next to the at sign", "From: m(x)@(y)evil.example\r\n", "evil.example"),
        Usable("white space next to the at sign", "From: M <m @\r\n evil.example>\r\n", "evil.example"),
        Usable("what is no encoded word in the local part", "From: =?utf-8?x?a?=@evil.example\r\n", "evil.example"),
        Usable("an emoji domain", "From: m@xn--i-7iq.example\r\n", "xn--i-7iq.example"),
        Usable("an emoji domain in Unicode", "From: m@i\u2764.example\r\n", "xn--i-7iq.example"),

        // Valid, but readers differ: then nothing is taken.
        Unusable("white space in the domain", "From: a@bank.example .evil.example\r\n", AuthorDefect.Malformed),
        Unusable("white space after a dot of the domain", "From: a@bank. evil.example\r\n", AuthorDefect.Malformed),
        Unusable("a tab in the domain", "From: CEO <a@bank.example\t.evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("a folded domain", "From: CEO <a@bank.example\r\n .evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("a comment in the domain", "From: CEO <a@bank.example(Chief Executive).evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("a folded domain in a group", "From: Bank: CEO <a@bank.example\r\n .evil.example>;\r\n", AuthorDefect.Malformed),
        Unusable("a folded domain of a second address", "From: m@evil.example, a@bank.example\r\n .evil.example\r\n", AuthorDefect.Malformed),
        Unusable("white space in a domain of a route", "From: <@bank .example:m@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("an address in a comment", "From: (a@bank.example) m@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("an address in a comment before the domain", "From: m@(a@bank.example)evil.example\r\n", AuthorDefect.Malformed),
        Unusable("an address in a comment before the at sign", "From: m(a@bank.example)@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("an address in a comment within the brackets", "From: <m@evil.example (a@bank.example)>\r\n", AuthorDefect.Malformed),
        Unusable("an escaped at sign in a comment before it", "From: (a\\@bank.example) m@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("a bracket in a comment", "From: m@evil.example (<a@bank.example>)\r\n", AuthorDefect.Malformed),
        Unusable("a bracket in a comment of the name", "From: M (\\<a@bank.example) <m@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("an escaped end in a comment with a bracket", "From: (\\) <a@bank.example>) <m@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("a closing bracket in a comment within the brackets", "From: <m@evil.example (a>b)>\r\n", AuthorDefect.Malformed),
        Unusable("an escaped end in a comment after it", "From: m@evil.example (a\\).bank.example)\r\n", AuthorDefect.Malformed),
        Unusable("comments within comments", "From: (a (b) c) m@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("comments within comments after it", "From: m@evil.example (a(b).bank.example)\r\n", AuthorDefect.Malformed),
        Unusable("an encoded word in a comment within the brackets", "From: <m(=?utf-8?q?=40bank.example?=)@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("an encoded word as local part", "From: =?utf-8?q?a=40bank.example?=@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("an encoded word in base64 and another with NUL", "From: =?utf-8?b?YUBiYW5rLmV4YW1wbGU=?==?utf-8?Q?=00?=@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("an encoded word in brackets", "From: M <=?x?Q?a=40bank.example=3E?=@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("an encoded word in the middle of a local part", "From: m.=?utf-8?B?YQ==?=.x@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("an encoded word that does not end", "From: m=?utf-8?q?a=40bank.example@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("an encoded word in quotes", "From: \"=?utf-8?q?a=40bank.example?=\"@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("an encoded word with an escape in quotes", "From: \"=\\?utf-8?q?a=40bank.example?=\"@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("an encoded word made of several words", "From: \"=?utf-8?q?a\".b@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("a quoted local part that holds brackets", "From: <\"a@bank.example> <\"@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("a quoted local part that holds an escaped bracket", "From: \"a@bank.example\\>\"@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("a semicolon in a comment of a group", "From: Bank: m@(a;b)evil.example;\r\n", AuthorDefect.Malformed),
        Unusable("a semicolon in a local part of a group", "From: Bank: M <\"a@bank.example;\"@evil.example>;\r\n", AuthorDefect.Malformed),
        Unusable("an A-label of ASCII alone", "From: a@xn--bank-.example\r\n", AuthorDefect.UnusableDomain),
        Unusable("an A-label that holds a full stop", "From: a@xn--victimcom-bk3hi945q.evil.example\r\n", AuthorDefect.UnusableDomain),
        Unusable("an A-label below a good one", "From: a@xn--bank-.xn--bcher-kva.example\r\n", AuthorDefect.UnusableDomain),
        Unusable("an A-label in other letters", "From: a@XN--BANK-.example\r\n", AuthorDefect.UnusableDomain),
        Unusable("a U-label that UTS 46 maps to two letters", "From: a@\u2122.example\r\n", AuthorDefect.UnusableDomain),

        // Valid by the obsolete syntax, but not every reader accepts it: then nothing is taken.
        Unusable("empty list elements", "From: ,, m@evil.example ,\r\n", AuthorDefect.Malformed),

        Unusable("two addresses", "From: a@bank.example, m@evil.example\r\n", AuthorDefect.SeveralDomains), // CVE-2019-16378
        Unusable("two addresses with names", "From: \"A\" <a@bank.example>, M <m@evil.example>\r\n", AuthorDefect.SeveralDomains),
        Unusable("a group of two domains", "From: x: a@bank.example, m@evil.example;\r\n", AuthorDefect.SeveralDomains),
        Unusable("a domain and its subdomain", "From: a@bank.example, m@mail.bank.example\r\n", AuthorDefect.SeveralDomains),
        Unusable("an empty group", "From: undisclosed:;\r\n", AuthorDefect.NoAddress),
        Unusable("no From field", "Subject: x\r\n", AuthorDefect.NoField),
        Unusable("an empty From field", "From:\r\n", AuthorDefect.NoAddress),
        Unusable("only a comment", "From: (a@bank.example)\r\n", AuthorDefect.NoAddress),
        Unusable("two angle addresses", "From: <a@bank.example> <m@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("two angle addresses without a space", "From: <a@bank.example><m@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("a bare address before an angle address", "From: a@bank.example <m@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("an angle address before a bare address", "From: <m@evil.example> a@bank.example\r\n", AuthorDefect.Malformed),
        Unusable("nested angle brackets", "From: <<a@bank.example>m@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("two at signs", "From: a@bank.example@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("no local part", "From: @evil.example\r\n", AuthorDefect.Malformed),
        Unusable("no domain", "From: postmaster\r\n", AuthorDefect.Malformed),
        Unusable("no closing bracket", "From: <m@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("no opening bracket", "From: m@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("an empty address", "From: <>\r\n", AuthorDefect.Malformed),
        Unusable("a comment that does not end", "From: m@evil.example(.bank.example\r\n", AuthorDefect.Malformed), // CVE-2020-12272
        Unusable("a quoted string that does not end", "From: \"a <m@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("a quoted pair at the end", "From: \"a\\\r\n", AuthorDefect.Malformed),
        Unusable("a semicolon between addresses", "From: a@bank.example; m@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("a group within a group", "From: x: y: m@evil.example;;\r\n", AuthorDefect.Malformed),
        Unusable("a group that does not end", "From: x: m@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("a domain literal", "From: m@[192.0.2.1]\r\n", AuthorDefect.UnusableDomain),
        Unusable("a trailing dot", "From: m@evil.example.\r\n", AuthorDefect.Malformed),
        Unusable("an empty label", "From: m@evil..example\r\n", AuthorDefect.Malformed),
        Unusable("an encoded word as domain", "From: m@=?utf-8?q?bank.example?=\r\n", AuthorDefect.UnusableDomain),
        Unusable("a slash in the domain", "From: m@bank.example/.evil.example\r\n", AuthorDefect.UnusableDomain),
        Unusable("a percent sign in the domain", "From: m@bank%2eexample\r\n", AuthorDefect.UnusableDomain),
        Unusable("NUL in the domain", "From: m@bank.example~.evil.example\r\n", AuthorDefect.Malformed),
        Unusable("NUL after the address", "From: a@bank.example~@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("NUL in a quoted name", "From: \"x~\" <m@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("a backspace in a quoted name", "From: \"x\b\" <m@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("a bare CR in the value", "From: a@bank.example\r <m@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("a bare LF in the value", "From: \"x\n y\" <m@evil.example>\r\n", AuthorDefect.Malformed),
        Unusable("a bare LF before the end", "From: m@evil.example\nSubject: x\r\n", AuthorDefect.Malformed),
        Unusable("a full-width at sign", "From: a\uff20bank.example\r\n", AuthorDefect.Malformed),
        Unusable("a backslash outside quotes", "From: m\\@bank.example@evil.example\r\n", AuthorDefect.Malformed),
        Unusable("a route without an address", "From: <@bank.example:>\r\n", AuthorDefect.Malformed),
        Unusable("a colon in an unquoted name", "From: mailto:m@evil.example\r\n", AuthorDefect.Malformed),
    ];

    private static AuthorDisguise Several(string what, string header) => new(what, Bytes(header), AuthorDefect.SeveralFields, null);

    private static AuthorDisguise Usable(string what, string header, string domain) =>
        new(what, Bytes(header), AuthorDefect.None, domain);

    private static AuthorDisguise Unusable(string what, string header, AuthorDefect defect) => new(what, Bytes(header), defect, null);

    private static byte[] Bytes(string header) => Encoding.UTF8.GetBytes(header.Replace('~', '\0'));
}

/// <summary>One disguise.</summary>
/// <param name="What">What is odd about the header.</param>
/// <param name="Header">The header block.</param>
/// <param name="Defect">The defect that must be found; none when the domain is usable.</param>
/// <param name="Domain">The author domain, or null.</param>
internal sealed record AuthorDisguise(string What, byte[] Header, AuthorDefect Defect, string? Domain)
{
    public override string ToString() => What;
}
