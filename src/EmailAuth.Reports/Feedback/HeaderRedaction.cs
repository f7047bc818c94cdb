using System.Buffers;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Syntax;
using MimeKit;

namespace EmailAuth.Reports.Feedback;

/// <summary>
/// Makes the third part of a report of a message's header: only known fields, with keyed hashes in place of local parts (RFC 6590). Immutable, thread-safe.
/// </summary>
/// <remarks>
/// Kept are From, Sender, Reply-To, To, Cc and Return-Path as addresses without names; Message-ID; the clauses of Received, with the address of a host as all that
/// is left of a comment; Subject as it is if it is asked for; the tags of DKIM-Signature that are needed to check it, which <c>z=</c> is not; List-Id without its
/// phrase; Date, MIME-Version, Auto-Submitted, Precedence, Content-Transfer-Encoding and the media type where they have their form; X-Mailer and User-Agent with
/// hashes in place of words that may be an address, as it is or encoded. Any other field is left out, as it may name a recipient (<c>Delivered-To</c>,
/// <c>X-Original-To</c>, <c>List-Unsubscribe</c>). Of a field 4096 octets count, and of a header about 8 KiB.
/// </remarks>
public sealed class HeaderRedaction
{
    // What the tags that are kept have by their grammar (RFC 6376 section 3.5): base64 before its padding, domain names, names of fields.
    private static readonly SearchValues<char> TagCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._+/:* \t");

    private const int MaxHeader = 8 * 1024;
    private const int MaxFieldBytes = 4096;
    private const int MaxMailboxes = 20;

    private readonly RedactionKey _key;

    /// <summary>Makes a redaction.</summary>
    /// <param name="key">The key of the hashes.</param>
    public HeaderRedaction(RedactionKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
    }

    /// <summary>How much is kept.</summary>
    public OriginalContent Content { get; init; }

    /// <summary>
    /// Whether the identifiers stay by which the sender of a message finds whom it was for: Message-ID, Feedback-ID, CFBL-Address and CFBL-Feedback-ID. A complaint
    /// needs them (RFC 9477 section 3.5), a failure report does not. Default false.
    /// </summary>
    public bool KeepsIdentifiers { get; init; }

    /// <summary>The header as it may leave: lines of US-ASCII, of at most 998 characters, with CRLF. Pure.</summary>
    /// <param name="header">The header as it was received, with or without a body.</param>
    public string Apply(ReadOnlyMemory<byte> header)
    {
        var block = HeaderBlock.Parse(header);
        var text = new StringBuilder();
        for (var i = 0; i < block.Count && text.Length < MaxHeader; i++)
        {
            var field = block[i];
            var name = WrittenField.Plain(Encoding.ASCII.GetString(field.Name));
            if (name.Length is 0 or > 100 || name.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                continue;
            }

            var octets = field.Value;
            octets = octets.Length <= MaxFieldBytes ? octets : WholeWords(octets[..MaxFieldBytes]);
            var value = Unfolded(octets);
            WrittenField.Append(text, name, Content == OriginalContent.Header ? value : Redacted(name.ToLowerInvariant(), value, octets));
        }

        return text.ToString();
    }

    // Half of an address may look like the name of a host.
    private static ReadOnlySpan<byte> WholeWords(ReadOnlySpan<byte> octets) => octets[..(octets.LastIndexOfAny(" \t\r\n,"u8) + 1)];

    private string? Redacted(string name, string value, ReadOnlySpan<byte> octets) => name switch
    {
        "from" or "sender" or "reply-to" or "to" or "cc" or "return-path" => Addresses(octets),
        "message-id" => KeepsIdentifiers ? value : MessageId(value),
        "feedback-id" or "cfbl-address" or "cfbl-feedback-id" => KeepsIdentifiers ? value : null,
        "received" => ReceivedRedaction.Apply(value, _key),
        "subject" => Content == OriginalContent.Subject ? value : null,
        "dkim-signature" => Signature(value),
        "date" => RedactedText.Date(value),
        "content-type" or "mime-version" or "auto-submitted" or "precedence" or "content-transfer-encoding" => RedactedText.Token(value),
        "list-id" => ListId(value),
        "x-mailer" or "user-agent" => RedactedText.Words(value, _key),
        _ => null,
    };

    // Display names, comments and what else is around the addresses is gone.
    private string Addresses(ReadOnlySpan<byte> octets)
    {
        if (octets.Trim(" \t\r\n"u8).SequenceEqual("<>"u8))
        {
            return "<>";
        }

        // A hostile list is read leniently or not at all; 4096 octets of it at most.
        if (!InternetAddressList.TryParse(octets.ToArray(), out var list))
        {
            return "(not an address)";
        }

        var mailboxes = list.Mailboxes.Take(MaxMailboxes).Select(mailbox => $"<{_key.Address(mailbox.Address)}>");
        return string.Join(", ", mailboxes) is { Length: > 0 } text ? text : "(no address)";
    }

    // RFC 2919 section 3. The phrase before it is gone, and what is not a name with a dot may be an address.
    private string ListId(string value)
    {
        var open = value.LastIndexOf('<');
        var id = value[(open + 1)..].TrimEnd('>', ' ');
        return $"<{(id.Contains('.', StringComparison.Ordinal) && DomainName.Parse(id).Value is { } name ? name.ToString() : _key.Hash(id))}>";
    }

    private string MessageId(string value) => $"<{_key.Address(value.Trim('<', '>', ' '))}>";

    // RFC 6376 section 3.5. The identity has a local part, and z= is a copy of fields.
    private string Signature(string value)
    {
        var tags = new List<string>();
        foreach (var range in value.AsSpan().Split(';'))
        {
            var tag = value.AsSpan()[range].Trim();
            var equals = tag.IndexOf('=');
            if (equals <= 0)
            {
                continue;
            }

            var name = tag[..equals].Trim();
            var text = tag[(equals + 1)..].Trim();
            if (name is "i")
            {
                tags.Add($"i={Identity(text.ToString())}");
            }
            else if (name is "v" or "a" or "c" or "d" or "s" or "t" or "x" or "h" or "b" or "bh" or "l" or "q" && !(name is "b" or "bh" ? text.TrimEnd('=') : text).ContainsAnyExcept(TagCharacters))
            {
                tags.Add($"{name}={text}");
            }
        }

        return string.Join("; ", tags);
    }

    private string Identity(string identity) => identity.StartsWith('@') ? identity : _key.Address(identity);

    // RFC 5322 section 2.2.3: the line ends of folding go, the white space stays.
    private static string Unfolded(ReadOnlySpan<byte> octets) =>
        Encoding.Latin1.GetString(octets).Replace("\r\n", string.Empty, StringComparison.Ordinal).Trim();
}
