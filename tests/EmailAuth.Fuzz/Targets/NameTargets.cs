using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Dmarc;
using EmailAuth.Fuzz.Support;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Targets;

/// <summary>Names, addresses and references: what is short and stands everywhere.</summary>
internal static class NameTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("header", Header, Words.Fields, () => Seeds.Messages),
        new("from", From, Words.Fields, () => Seeds.FromFields),
        new("reverse-path", ReversePathText, Words.Names, () => ["<a@example.com>", "<@a,@b:c@example.com>", "\"a@b\"@example.com", "<>", "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]"]),
        new("domain-name", DomainNames, Words.Names, () => ["example.com", "bücher.example", "xn--bcher-kva.example", "a\\046b.example", "_dmarc.example.com"]),
        new("https-uri", Uri, Words.Names, () => ["https://example.com/logo.svg", "https://user@example.com:443/%2e?x#y", "https://[::1]/"]),
        new("suffix-list", SuffixList, Words.Names, () => ["// comment\ncom\nco.uk\n*.ck\n!www.ck\n"]),
    ];

    private static void Header(ReadOnlySpan<byte> input)
    {
        var message = input.ToArray();
        var header = HeaderBlock.Parse(message);
        var length = 0;
        for (var i = 0; i < header.Count; i++)
        {
            length += header[i].Raw.Length;
        }

        FindingException.ThrowIf(length != header.Bytes.Length, "the fields are not the whole header");
        var author = Author.Find(header);
        FindingException.ThrowIf(author.Domain is null && string.IsNullOrEmpty(author.Reason), "no author and no reason");
        FindingException.ThrowIf((author.Domain is null) != (author.Defect != AuthorDefect.None), "a defect beside a domain");
    }

    private static void From(ReadOnlySpan<byte> input) => Header([.. "From: "u8, .. input, .. "\r\n\r\n"u8]);

    private static void ReversePathText(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        Expect.Parsed(ReversePath.Parse(text), text.Length);
    }

    private static void DomainNames(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        var host = DomainName.Parse(text);
        Expect.Parsed(host, text.Length);
        FindingException.ThrowIf(host.Value is { } name && DomainName.Parse(name.ToString()).Value != name, "a name that does not read as itself");
        var any = DomainName.ParseDnsName(text);
        Expect.Parsed(any, text.Length);
        FindingException.ThrowIf(any.Value is { } other && DomainName.ParseDnsName(other.ToString()).Value != other, "a DNS name that does not read as itself");
    }

    private static void Uri(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        Expect.Parsed(HttpsUri.Parse(text), text.Length);
    }

    private static void SuffixList(ReadOnlySpan<byte> input)
    {
        using var reader = new StringReader(Encoding.UTF8.GetString(input));
        PublicSuffixList.Load(reader);
    }
}
