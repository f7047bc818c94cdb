using System.Diagnostics.CodeAnalysis;

namespace EmailAuth.Settings;

/// <summary>Reads a value from its text.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="text">The text, without white space around it.</param>
/// <param name="value">The value.</param>
/// <returns>Whether the text is a value.</returns>
public delegate bool TryParseSetting<T>(string text, [MaybeNullWhen(false)] out T value);
