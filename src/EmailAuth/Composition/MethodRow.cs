using System.Collections.Immutable;
using EmailAuth.Results;

namespace EmailAuth.Composition;

/// <summary>What the outputs need to know of a method.</summary>
/// <param name="Name">Its <see cref="IMethodOutcome.Name"/>.</param>
/// <param name="Method">Its <see cref="IMethodOutcome.Method"/>.</param>
/// <param name="Flag">Its value among those of <see cref="AuthenticationMethods"/>; none for a method that only an outcome made by hand has.</param>
internal sealed record MethodRow(string Name, string Method, AuthenticationMethods Flag)
{
    /// <summary>The member of a method's JSON that is the result.</summary>
    public const string Result = "result";

    /// <summary>Its place in summaries and vectors, where DMARC comes right after what it rests on.</summary>
    public int Rank { get; init; }

    /// <summary>The row that speaks in a summary when this one was not checked; null for none.</summary>
    public string? Otherwise { get; init; }

    /// <summary>The result in a summary when neither was checked; null for none.</summary>
    public string? Unchecked { get; init; }

    /// <summary>What a message can have several of, each with a result; null when the method has one result.</summary>
    public string? Each { get; init; }

    /// <summary>The members of its JSON that a line of a batch has.</summary>
    public ImmutableArray<string> Summary { get; init; } = [Result];

    /// <summary>
    /// The members of its JSON that a vector expects, in this order. Without <c>result</c> among them the vector's member is the result alone,
    /// and each of these a member of its own, <c>NAME_MEMBER</c>.
    /// </summary>
    public ImmutableArray<string> Expected { get; init; } = [Result];

    /// <summary>Whether a vector's member for the method is its result alone.</summary>
    public bool IsPlain => !Expected.Contains(Result, StringComparer.Ordinal);

    /// <summary>The row of a method that only an outcome made by hand has.</summary>
    public static MethodRow Unlisted(string name) => new(name, name, AuthenticationMethods.None);

    /// <summary>What the method found; null when it was not checked.</summary>
    public IMethodOutcome? In(AuthenticationOutcome outcome) => Find(outcome, Name) ?? (Otherwise is null ? null : Find(outcome, Otherwise));

    private static IMethodOutcome? Find(AuthenticationOutcome outcome, string name) => outcome.Methods.FirstOrDefault(method => method.Name == name);
}
