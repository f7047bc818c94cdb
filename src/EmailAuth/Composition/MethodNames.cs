using System.Collections.Immutable;

namespace EmailAuth.Composition;

/// <summary>The methods that can be switched on, by their keywords in RFC 8601: for settings and for outputs that list them.</summary>
public static class MethodNames
{
    /// <summary>The keywords in the order of summaries, where DMARC comes right after what it rests on: <c>spf</c>, <c>dkim</c>, <c>dmarc</c>, …</summary>
    public static ImmutableArray<string> All { get; } = [.. MethodTable.Summary.Select(static row => row.Method)];

    /// <summary>The keywords for people, in the order in which methods are checked: "a, b and c".</summary>
    public static string Choices => MethodTable.Choices;

    /// <summary>The method of a keyword; null when there is none. Keywords are lower case.</summary>
    /// <param name="name">The keyword, such as <c>dkim</c>.</param>
    public static AuthenticationMethods? Find(string name) => MethodTable.FlagOf(name);
}
