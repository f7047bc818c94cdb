using EmailAuth.Syntax;

namespace EmailAuth.Messages;

/// <summary>The reverse-path of MAIL FROM (RFC 5321 section 4.1.2, RFC 6531): the address that bounces go to.</summary>
public sealed class ReversePath
{
    internal ReversePath(string address, int localPartLength, DomainName? domain)
    {
        Address = address;
        LocalPartLength = localPartLength;
        Domain = domain;
    }

    /// <summary>The path without a mailbox, <c>&lt;&gt;</c>, that bounces carry (RFC 5321 section 4.5.5).</summary>
    internal static ReversePath Null { get; } = new(string.Empty, 0, null);

    /// <summary>The mailbox as the client wrote it, without angle brackets and source route; empty for the null reverse-path.</summary>
    public string Address { get; }

    /// <summary>Whether it is the null reverse-path.</summary>
    internal bool IsNull => Address.Length == 0;

    /// <summary>The part before the last "@" as written, quotes included; empty when the client gave none.</summary>
    internal string LocalPart => Address[..LocalPartLength];

    /// <summary>The mailbox's domain; null for the null reverse-path and for an address literal.</summary>
    public DomainName? Domain { get; }

    internal int LocalPartLength { get; }

    /// <summary>Reads a reverse-path, with or without its angle brackets. A source route is read and dropped (RFC 5321 appendix C).</summary>
    /// <remarks>
    /// Beyond the grammar it accepts what cannot change where the domain is: spaces and stray dots in a local part, an empty local part, and a
    /// dot at the domain's end. A path without a domain, or with more than one reading, is an error.
    /// </remarks>
    /// <param name="text">The path, without the parameters of MAIL FROM; an empty text or <c>&lt;&gt;</c> is the null reverse-path.</param>
    /// <returns>The path, or what is wrong with it and where.</returns>
    public static ParseResult<ReversePath> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return ReversePathParser.Parse(text);
    }

    /// <summary>The path in its angle brackets.</summary>
    public override string ToString() => $"<{Address}>";
}
