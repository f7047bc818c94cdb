using System.Text;
using EmailAuth.Inspection.Signatures;

namespace EmailAuth.Inspection.Tests.Signatures;

/// <summary>A change that is made to a signed message.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Code">What the diagnosis must name.</param>
/// <param name="Make">The change.</param>
/// <param name="IsSimple">Whether only simple canonicalization notices it.</param>
internal sealed record MadeChange(string Name, ChangeCode Code, Func<string, string> Make, bool IsSimple = false)
{
    /// <summary>Whether the change is of the body.</summary>
    public bool IsOfBody => Code.ToString().StartsWith("Body", StringComparison.Ordinal);

    /// <summary>A message with something for each change to take hold of.</summary>
    public const string Message =
        "From: \"Alice\" <alice@example.com>\r\nTo: bob@example.net, \"Carol\" <carol@example.net>\r\nCc: dave@example.net\r\n"
        + "Subject: Gr\u00FC\u00DFe aus K\u00F6ln\r\nDate: Sun, 29 Nov 2026 08:00:00 +0000\r\nMessage-ID: <1234@example.com>\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: text/plain; charset=\"iso-8859-1\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "Hello Bob,\r\n\r\nFrom here the \u00FCber long road\tgoes on.\r\n.hidden file\r\n-- \r\nAlice \r\n second line\r\n";

    public static readonly MadeChange[] All =
    [
        new("a footer", ChangeCode.BodyAppended, static text => text + "\r\n_______________\r\nlist mailing list\r\nhttps://list.example/\r\n"),
        new("a footer of one line", ChangeCode.BodyAppended, static text => text + "Scanned by nobody.\r\n"),
        new("a banner", ChangeCode.BodyPrepended, static text => Body(text, static body => "CAUTION: external sender.\r\n\r\n" + body)),
        new("a line within", ChangeCode.BodyInserted, static text => Body(text, static body => body.Replace("-- \r\n", "[advertisement]\r\n-- \r\n", StringComparison.Ordinal))),
        new("quoted-printable", ChangeCode.BodyTransferEncoding, static text => Body(text, QuotedPrintable)),
        new("base64", ChangeCode.BodyTransferEncoding, static text => Body(text, static body => Base64(body, 76))),
        new("base64 in short lines", ChangeCode.BodyTransferEncoding, static text => Body(text, static body => Base64(body, 64))),
        new("UTF-8", ChangeCode.BodyCharset, static text => Body(text, static body => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(body)))),
        new("a new multipart", ChangeCode.BodyWrapped, static text => Body(text, static body =>
            $"This is a multi-part message.\r\n\r\n--=_1\r\nContent-Type: text/plain\r\n\r\n{body}\r\n--=_1\r\nContent-Type: text/plain\r\n\r\nfooter\r\n--=_1--\r\n")
            .Replace("text/plain; charset=\"iso-8859-1\"\r\n", "multipart/mixed; boundary=\"=_1\"\r\n", StringComparison.Ordinal)),
        new("escaped From", ChangeCode.BodyFromLines, static text => Body(text, static body => body.Replace("\r\nFrom ", "\r\n>From ", StringComparison.Ordinal))),
        new("a doubled dot", ChangeCode.BodyDots, static text => Body(text, static body => body.Replace("\r\n.", "\r\n..", StringComparison.Ordinal))),
        new("doubled line ends", ChangeCode.BodyLineEnds, static text => Body(text, static body => body.Replace("\r\n", "\r\n\r\n", StringComparison.Ordinal))),
        new("CR CR LF", ChangeCode.BodyLineEnds, static text => Body(text, static body => body.Replace("\r\n", "\r\r\n", StringComparison.Ordinal))),
        new("no space after --", ChangeCode.BodyWhiteSpace, static text => Body(text, static body => body.Replace("-- \r\n", "--\r\n", StringComparison.Ordinal)), true),
        new("space-stuffed", ChangeCode.BodyWhiteSpace, static text => Body(text, static body => body.Replace("\r\n ", "\r\n  ", StringComparison.Ordinal)), true),
        new("tabs expanded", ChangeCode.BodyWhiteSpace, static text => Body(text, static body => body.Replace("\t", "        ", StringComparison.Ordinal)), true),
        new("[list]", ChangeCode.SubjectTag, static text => Field(text, "Subject", static value => " [list]" + value)),
        new("***SPAM***", ChangeCode.SubjectTag, static text => Field(text, "Subject", static value => " ***SPAM***" + value)),
        new("a tag at the end", ChangeCode.SubjectTag, static text => Field(text, "Subject", static value => value + " (fwd)")),
        new("encoded words", ChangeCode.FieldReencoded, static text => Field(text, "Subject", static value => $" =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Trim()))}?=")),
        new("unquoted name", ChangeCode.FieldReformatted, static text => text.Replace("\"Alice\" <", "Alice <", StringComparison.Ordinal)),
        new("no name", ChangeCode.FieldReformatted, static text => text.Replace("From: alice@example.com", "From: <alice@example.com>", StringComparison.Ordinal).Replace("Cc: dave@example.net", "Cc: <dave@example.net>", StringComparison.Ordinal)),
        new("no space behind commas", ChangeCode.FieldReformatted, static text => text.Replace("net, \"C", "net,\"C", StringComparison.Ordinal)),
        new("one more Cc", ChangeCode.AddressesAdded, static text => Field(text, "Cc", static value => value + ", erin@example.net")),
        new("one more To", ChangeCode.AddressesAdded, static text => Field(text, "To", static value => " list@list.example," + value)),
        new("Date of GMT", ChangeCode.FieldReformatted, static text => text.Replace("08:00:00 +0000", "08:00:00 GMT", StringComparison.Ordinal)),
        new("Date in another zone", ChangeCode.FieldReformatted, static text => text.Replace("08:00:00 +0000", "09:00:00 +0100", StringComparison.Ordinal)),
        new("unquoted charset", ChangeCode.FieldReformatted, static text => text.Replace("\"iso-8859-1\"", "iso-8859-1", StringComparison.Ordinal)),
        new("another charset", ChangeCode.FieldReplaced, static text => text.Replace("\"iso-8859-1\"", "\"utf-8\"", StringComparison.Ordinal)),
        new("a new parameter", ChangeCode.FieldExtended, static text => text.Replace("\"iso-8859-1\"", "\"iso-8859-1\"; format=flowed", StringComparison.Ordinal)),
        new("CTE replaced", ChangeCode.FieldReplaced, static text => Field(text, "Content-Transfer-Encoding", static _ => " quoted-printable")),
        new("Message-ID without brackets", ChangeCode.FieldReformatted, static text => text.Replace("<1234@example.com>", "1234@example.com", StringComparison.Ordinal)),
        new("Message-ID replaced", ChangeCode.FieldReplaced, static text => text.Replace("Message-ID: <1234@example.com>", "Message-ID: <9@gateway.example>\r\nX-Original-Message-ID: <1234@example.com>", StringComparison.Ordinal)),
        new("From of a list", ChangeCode.FieldReplaced, static text => text.Replace("From: \"Alice\" <alice@example.com>", "X-Original-From: \"Alice\" <alice@example.com>\r\nFrom: \"Alice via List\" <list@list.example>", StringComparison.Ordinal)),
        new("Reply-To added", ChangeCode.FieldAdded, static text => text.Replace("\r\nTo:", "\r\nReply-To: list@list.example\r\nTo:", StringComparison.Ordinal)),
        new("Subject doubled", ChangeCode.FieldAdded, static text => text.Replace("\r\nSubject:", "\r\nSubject: Win\r\nSubject:", StringComparison.Ordinal).Replace("\r\nMIME-Version: 1.0", "\r\nMIME-Version: 1.0", StringComparison.Ordinal)),
        new("MIME-Version removed", ChangeCode.FieldRemoved, static text => text.Replace("MIME-Version: 1.0\r\n", string.Empty, StringComparison.Ordinal)),
        new("CTE removed", ChangeCode.FieldRemoved, static text => text.Replace("Content-Transfer-Encoding: 8bit\r\n", string.Empty, StringComparison.Ordinal)),
        new("refolded To", ChangeCode.FieldRefolded, static text => Field(text, "To", static value => value.Replace(", ", ",\r\n\t", StringComparison.Ordinal)), true),
        new("name in lower case", ChangeCode.FieldNameCase, static text => text.Replace("\r\nSubject:", "\r\nSUBJECT:", StringComparison.Ordinal), true),
        new("signature without spaces", ChangeCode.SignatureReformatted, static text => Field(text, "DKIM-Signature", static value =>
            string.Join(";", Encoding.Latin1.GetString(Encoding.Latin1.GetBytes(value)).Split(';').Select(static (tag, index) => index == 0 ? tag : tag.Trim())))),
        new("signature refolded", ChangeCode.SignatureReformatted, static text => Field(text, "DKIM-Signature", static value =>
            " " + value.Replace("\r\n", string.Empty, StringComparison.Ordinal).Trim()), true),
    ];

    private static string Body(string text, Func<string, string> change)
    {
        var body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        return text[..body] + change(text[body..]);
    }

    private static string Field(string text, string name, Func<string, string> change)
    {
        var start = text.StartsWith(name + ":", StringComparison.Ordinal) ? name.Length + 1 : text.IndexOf($"\r\n{name}:", StringComparison.Ordinal) + name.Length + 3;
        var end = start;
        do
        {
            end = text.IndexOf("\r\n", end + 1, StringComparison.Ordinal);
        }
        while (text[end + 2] is ' ' or '\t');
        return text[..start] + change(text[start..end]) + text[end..];
    }

    private static string Base64(string body, int length) =>
        string.Concat(Convert.ToBase64String(Encoding.Latin1.GetBytes(body)).Chunk(length).Select(static line => new string(line) + "\r\n"));

    private static string QuotedPrintable(string body) => string.Concat(body.Select(static c => c is '=' or > '~' ? $"={(int)c:X2}" : c.ToString()));
}
