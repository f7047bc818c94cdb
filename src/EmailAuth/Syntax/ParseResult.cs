using System.Diagnostics.CodeAnalysis;

namespace EmailAuth.Syntax;

/// <summary>What parsing answers: a value, or an error with its position. Parsing never throws.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public readonly struct ParseResult<T>
    where T : class
{
    private ParseResult(T? value, SyntaxError? error)
    {
        Value = value;
        Error = error;
    }

    /// <summary>The value, or null when the text is malformed.</summary>
    public T? Value { get; }

    /// <summary>What is wrong, or null when there is a value.</summary>
    public SyntaxError? Error { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Value is not null;

    /// <summary>A value as a result.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator ParseResult<T>(T value) => new(value, null);

    /// <summary>An error as a result.</summary>
    /// <param name="error">The error.</param>
    public static implicit operator ParseResult<T>(SyntaxError error) => new(null, error);

    internal static ParseResult<T> Fail(SyntaxErrorCode code, int position, string reason) => new(null, new SyntaxError(code, position, reason));
}
