using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EmailAuth.Messages;

/// <summary>
/// What the "from" clause of a Received field says about the client: its HELO name, its address and the name of the address, in the forms
/// of the servers in use.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct ReceivedClient
{
    private const int MaxWords = 16;

    private IPAddress? _commentAddress;
    private IPAddress? _wordAddress;
    private IPAddress? _valueAddress;
    private string? _value;
    private string? _commentHelo;
    private string? _commentName;
    private bool _isOfExim;

    /// <summary>
    /// Whether the field has two readings. There is no address then. Where Exim writes the address as the value, the comment has only the HELO name, which
    /// may close that comment, and have an address behind it or in another comment.
    /// </summary>
    public bool IsAmbiguous
    {
        readonly get => field || (_isOfExim && (IsAnother(_commentAddress) || IsAnother(_wordAddress)));
        set;
    }

    /// <summary>
    /// A server writes the address of the client in a comment. Only where no comment names one, it is the word after the name
    /// (fetchmail) or the value itself (Exim, Yahoo); beside a comment the value is what the client called itself.
    /// </summary>
    public readonly IPAddress? Address => IsAmbiguous ? null : _commentAddress ?? _wordAddress ?? _valueAddress;

    /// <summary>
    /// The address where the server wrote it itself: in a comment, or as the value beside a comment that has the HELO name (Exim). A value without
    /// such a comment may be what the client called itself.
    /// </summary>
    public readonly IPAddress? RecordedAddress => IsAmbiguous ? null : _commentAddress ?? (_commentHelo is not null ? _valueAddress : null);

    /// <summary>The HELO name: what a comment calls so (qmail, Exim), else the value.</summary>
    public readonly string? Helo => _commentHelo ?? Known(_value);

    /// <summary>The name of the address: that beside it in a comment, or the value where a comment has the HELO name.</summary>
    public readonly string? ReverseName => Known(_commentName) ?? (_commentHelo is null || _valueAddress is not null ? null : Known(_value));

    /// <summary>A word of the clause outside comments.</summary>
    /// <param name="word">The word.</param>
    /// <param name="isValue">Whether it is the first after "from".</param>
    public void AddWord(ReadOnlySpan<char> word, bool isValue)
    {
        if (isValue)
        {
            _value = WithoutFinalDot(word);
            _valueAddress = AddressOf(word);
        }
        else if (word is ['[', ..])
        {
            _wordAddress ??= AddressOf(word);
        }
    }

    /// <summary>A comment of the clause, without its parentheses.</summary>
    public void AddComment(ReadOnlySpan<char> comment)
    {
        Span<Range> ranges = stackalloc Range[MaxWords + 1];
        var count = Math.Min(MaxWords, comment.SplitAny(ranges, " \t\r\n", StringSplitOptions.RemoveEmptyEntries));
        if (count == 0)
        {
            return;
        }

        // A server writes one address; only Exim writes the HELO name beside it. A HELO name with an open parenthesis takes in what the server writes.
        IsAmbiguous |= comment.Count('[') - CountOfHeloLiterals(comment) > 1;
        var first = comment[ranges[0]];
        var second = count > 1 ? comment[ranges[1]] : [];

        // qmail, Yahoo: "(HELO mail.example.com)".
        if (first.Equals("HELO", StringComparison.OrdinalIgnoreCase) || first.Equals("EHLO", StringComparison.OrdinalIgnoreCase))
        {
            _commentHelo ??= second.IsEmpty ? null : WithoutFinalDot(second);
            return;
        }

        // Exchange: "(192.0.2.1)"; qmail: "(joe@192.0.2.1)"; Exim: "([192.0.2.1]:4321 helo=mail.example.com)".
        if ((count == 1 || first is ['[', ..]) && AddressOf(WithoutIdent(first)) is { } alone)
        {
            SetAddress(alone);
        }
        else if (second is ['[', ..] && !first.Contains('=') && AddressOf(second) is { } named)
        {
            // Postfix, Sendmail, Gmail: "(mail.example.com [192.0.2.1])", with "(may be forged)" behind it where the name does not lead back. In Exim's
            // "(helo=x [192.0.2.1])" and "(ident=x [192.0.2.1])" it is a text of the client.
            SetAddress(named);
            _commentName ??= WithoutFinalDot(WithoutIdent(first));
        }

        for (var index = 0; index < count; index++)
        {
            AddPair(comment[ranges[index]]);
        }
    }

    /// <summary>An address as servers write it: plain, in brackets, with "IPv6:" (RFC 5321 section 4.1.3), with a port behind the bracket.</summary>
    internal static IPAddress? AddressOf(ReadOnlySpan<char> text)
    {
        if (text is ['[', ..])
        {
            var end = text.IndexOf(']');
            if (end < 0 || (end + 1 < text.Length && (text[end + 1] != ':' || text[(end + 2)..].ContainsAnyExceptInRange('0', '9'))))
            {
                return null;
            }

            text = text[1..end];
        }

        const string Label = "IPv6:";
        text = text.StartsWith(Label, StringComparison.OrdinalIgnoreCase) ? text[Label.Length..] : text;
        if (!IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        // The platform also reads old forms, such as 010.1 and 1, which a host name may be.
        return address.AddressFamily == AddressFamily.InterNetwork
            ? text.SequenceEqual(address.ToString()) ? address : null
            : text.Contains('[') ? null : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    // Exim: "helo=mail.example.com". Its "ident=" and "port=" say nothing that is used.
    private void AddPair(ReadOnlySpan<char> word)
    {
        const string Label = "helo=";
        if (!word.StartsWith(Label, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        _isOfExim = true;
        if (word.Length > Label.Length)
        {
            _commentHelo ??= WithoutFinalDot(word[Label.Length..]);
        }
    }

    private static int CountOfHeloLiterals(ReadOnlySpan<char> comment) =>
        comment.Count('[') > 1 && comment.Contains(" helo=[", StringComparison.OrdinalIgnoreCase) ? 1 : 0;

    private readonly bool IsAnother(IPAddress? address) => _valueAddress is not null && address is not null && !_valueAddress.Equals(address);

    private void SetAddress(IPAddress address)
    {
        IsAmbiguous |= _commentAddress is not null && !_commentAddress.Equals(address);
        _commentAddress = address;
    }

    // RFC 1413: the name of a user that the client's host gives; the client writes it, so only what follows the last "@" counts.
    private static ReadOnlySpan<char> WithoutIdent(ReadOnlySpan<char> word) => word[(word.LastIndexOf('@') + 1)..];

    private static string WithoutFinalDot(ReadOnlySpan<char> name) => (name is [_, .., '.'] ? name[..^1] : name).ToString();

    private static string? Known(string? name) =>
        name is null || name.Equals("unknown", StringComparison.OrdinalIgnoreCase) ? null : name;
}
