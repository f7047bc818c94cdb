using System.Collections.Immutable;
using EmailAuth.Results;

namespace EmailAuth.Composition;

/// <summary>What outputs need to know of a method: which members its summary has, and what a test vector says of it. Immutable.</summary>
public sealed class MethodRow
{
    /// <summary>The member of a method's JSON that is the result.</summary>
    internal const string Result = "result";

    internal MethodRow(string name, string method, AuthenticationMethods flag) => (Name, Method, Flag) = (name, method, flag);

    /// <summary>Its <see cref="IMethodOutcome.Name"/>.</summary>
    public string Name { get; }

    /// <summary>Its <see cref="IMethodOutcome.Method"/>.</summary>
    public string Method { get; }

    /// <summary>The result in a summary when neither the method nor its replacement was checked; null for no result.</summary>
    public string? Unchecked { get; internal init; }

    /// <summary>What a message can have several of, each with a result, such as "signature"; null when the method has one result.</summary>
    public string? Each { get; internal init; }

    /// <summary>The members of its JSON that a line of a batch has.</summary>
    public ImmutableArray<string> Summary { get; internal init; } = [Result];

    /// <summary>
    /// The members of its JSON that a vector expects, in this order. Without <c>result</c> among them the vector's member is the result alone,
    /// and each of these a member of its own, <c>NAME_MEMBER</c>.
    /// </summary>
    public ImmutableArray<string> Expected { get; internal init; } = [Result];

    /// <summary>Its value among those of <see cref="AuthenticationMethods"/>; <c>None</c> for a method that the table does not have.</summary>
    internal AuthenticationMethods Flag { get; }

    /// <summary>Its place in summaries and vectors, where DMARC comes right after what it rests on.</summary>
    internal int Rank { get; init; }

    /// <summary>Its place in the SMTP dialogue: the client's address 0, HELO 1, MAIL FROM 2, the message 3.</summary>
    internal int Step { get; init; } = 3;

    /// <summary>The row that replaces this one in a summary when this one was not checked, or null.</summary>
    internal string? Otherwise { get; init; }

    /// <summary>The row of a method that the table does not have.</summary>
    /// <param name="name">Its <see cref="IMethodOutcome.Name"/>.</param>
    public static MethodRow Unlisted(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new MethodRow(name, name, AuthenticationMethods.None);
    }

    /// <summary>What the method found, or else its replacement; null when neither was checked.</summary>
    /// <param name="outcome">The outcome.</param>
    public IMethodOutcome? In(AuthenticationOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return Find(outcome, Name) ?? (Otherwise is null ? null : Find(outcome, Otherwise));
    }

    private static IMethodOutcome? Find(AuthenticationOutcome outcome, string name) => outcome.Methods.FirstOrDefault(method => method.Name == name);
}
