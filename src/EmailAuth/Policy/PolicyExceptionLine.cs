using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Policy;

/// <summary>One line of the operator's exceptions: for whose mail, what is done, until when and why. Immutable.</summary>
public sealed class PolicyExceptionLine
{
    internal PolicyExceptionLine()
    {
    }

    /// <summary>The line of the file, from 1.</summary>
    public int Line { get; internal init; }

    /// <summary>What is done: <c>accept</c>, <c>at-most-quarantine</c>, <c>reject</c> or <c>skip</c>.</summary>
    public string Action => Kind.Keyword();

    /// <summary>Why, as the operator wrote it.</summary>
    public string Why { get; internal init; } = string.Empty;

    /// <summary>The last day on which it counts, in UTC; null without an end.</summary>
    public DateOnly? Until { get; internal init; }

    internal ExceptionAction Kind { get; init; }

    /// <summary>The author domain; null for any.</summary>
    internal DomainName? Domain { get; init; }

    /// <summary>Whether domains below it count, too.</summary>
    internal bool IncludesSubdomains { get; init; }

    /// <summary>The client's network; null for any.</summary>
    internal IPNetwork? Network { get; init; }

    /// <summary>The methods that a <c>skip</c> leaves out.</summary>
    internal ImmutableArray<string> Methods { get; init; } = [];

    /// <summary>The line and its action, in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"line {Line}: {Action}{(Methods.IsEmpty ? null : " " + string.Join(',', Methods))} # {Why}");

    /// <summary>How anyone can send mail that it frees from the policy; null when only clients of a network can.</summary>
    internal string? Danger => Kind == ExceptionAction.Reject || Network is { PrefixLength: > 0 } ? null
        : Domain is null ? string.Create(CultureInfo.InvariantCulture, $"line {Line}: {Network} is every client")
        : string.Create(CultureInfo.InvariantCulture, $"line {Line}: anyone can write {Domain} into From: name the network of its clients as well, such as {(IncludesSubdomains ? "." : null)}{Domain}@192.0.2.0/24");

    /// <summary>Whether the day is past its last one.</summary>
    internal bool IsExpired(DateOnly today) => today > Until;

    /// <summary>Whether it is about a message.</summary>
    internal bool IsAbout(Author author, IPAddress? client) =>
        (Network is not { } network || (client is not null && network.Contains(Networks.Plain(client))))
        && (Domain is null || IsAbout(author));

    /// <summary>Whether it refuses a message if the client is in its network.</summary>
    internal bool MayRefuse(Author author) => Kind == ExceptionAction.Reject && Network is not null && (Domain is null || IsAbout(author));

    // A message without one author domain could name the domain of an exception beside another: such a line only refuses it.
    private bool IsAbout(Author author) => author.Domain is { } domain ? IsAbout(domain)
        : Kind == ExceptionAction.Reject && author.Domains.Any(IsAbout);

    private bool IsAbout(DomainName domain) => IncludesSubdomains ? domain.IsEqualToOrBelow(Domain!) : domain == Domain;
}
